import { describe, expect, it } from 'vitest'
import { safeNext } from '@/pages/auth/next'

describe('the page after sign-in', () => {
  it('is the requested path', () => {
    expect(safeNext('/devices?q=a%20b#x')).toBe('/devices?q=a%20b#x')
    expect(safeNext('/#/api-key-management')).toBe('/#/api-key-management')
    expect(safeNext('/devices/D4:06:06:B6:A9:FB')).toBe('/devices/D4:06:06:B6:A9:FB')
    expect(safeNext('/agents?to=https://other.example')).toBe('/agents?to=https://other.example')
  })

  it.each([
    ['another site', 'https://evil.example/'],
    ['without scheme', '//evil.example'],
    ['a backslash that browsers read as a slash', '/\\evil.example'],
    ['a backslash further on', '/..\\\\evil.example'],
    ['a tab that browsers skip', '/\t/evil.example'],
    ['a line break', '/\n/evil.example'],
    ['dots that leave two slashes', '/.//evil.example'],
    ['a script', 'javascript:alert(1)'],
    ['data', 'data:text/html,x'],
    ['a user', '@evil.example'],
    ['no path', 'devices'],
    ['nothing', ''],
    ['a list', ['/devices', '/agents']],
    ['missing', undefined],
    ['sign-in again', '/sign-in?next=/sign-in'],
    ['sign-up', '/sign-up'],
  ])('is the overview for %s', (_, wanted) => {
    expect(safeNext(wanted)).toBe('/')
  })
})
