import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { i18n } from '@/i18n'
import { password, uuid } from '@/lib/random'
import { ACTIONS, knownAction, textOf } from '@/pages/settings/audit'
import { factsOf } from '@/pages/settings/eventData'
import { DEVICE_EVENTS, EVENTS, ROLLOUT_EVENTS } from '@/lib/eventTypes'
import { fromLocal, toLocal } from '@/pages/settings/filters/time'
import { moved } from '@/pages/settings/routes'
import { clockOf, secondsApart, troubles, type System } from '@/pages/settings/system'
import { bodyOf, draftOf, shortUrl, wrongField } from '@/pages/settings/webhooks'

describe('events', () => {
  it('equal those of the server', () => {
    const java = readFileSync('../server/src/main/java/io/slipway/event/EventType.java', 'utf8')
    const found = [...java.matchAll(/\(\s*"(\w+)",\s*Scope\.(DEVICE|ROLLOUT)/g)]
    const named = (scope: string): string[] =>
      found.filter((each) => each[2] === scope).map((each) => each[1] ?? '')
    expect(found.length).toBeGreaterThan(30)
    expect([...DEVICE_EVENTS].sort()).toEqual(named('DEVICE').sort())
    expect([...ROLLOUT_EVENTS].sort()).toEqual(named('ROLLOUT').sort())
  })

  it('and actions have texts in both languages', () => {
    for (const locale of ['zh', 'en'] as const) {
      for (const each of EVENTS) {
        expect(i18n.global.te(`settings.event.${each}`, locale), each).toBe(true)
      }
      for (const each of ACTIONS) {
        expect(i18n.global.te(`settings.action.${textOf(each)}`, locale), each).toBe(true)
      }
    }
    expect(knownAction('of.tomorrow')).toBeNull()
  })

  it('show their details', () => {
    i18n.global.locale.value = 'en'
    expect(factsOf({ stage: 2, zh: '失败太多', en: 'too many failures', deep: {} })).toBe(
      'too many failures · stage: 2',
    )
    expect(factsOf(null)).toBe('')
    expect(factsOf([1])).toBe('')
  })
})

describe('webhooks', () => {
  const draft = { ...draftOf(null), url: ' https://hooks.example/x ' }

  it('send what the server accepts', () => {
    expect(bodyOf(draft, false)).toEqual({
      url: 'https://hooks.example/x',
      types: [],
      rolloutId: '',
      active: true,
    })
    const picked = { ...draft, scope: 'picked' as const, types: ['failed'], everyAccount: true }
    expect(bodyOf(picked, true)).toMatchObject({ types: ['failed'], everyAccount: true })
    // A choice that was taken back is not sent.
    expect(bodyOf({ ...picked, scope: 'rollouts' }, true).types).toEqual([])
  })

  it('are validated first', () => {
    expect(wrongField(draft)).toBeNull()
    expect(wrongField({ ...draft, url: 'ftp://x' })).toBe('url')
    expect(wrongField({ ...draft, url: 'https://' })).toBe('url')
    expect(wrongField({ ...draft, scope: 'picked' })).toBe('types')
  })

  it('hide the secret in their address', () => {
    expect(shortUrl('https://a/b?token=c')).toBe('https://a/b?…')
    expect(shortUrl('https://a/b')).toBe('https://a/b')
  })
})

describe('times', () => {
  it('are converted to the viewer’s time zone and back', () => {
    expect(fromLocal(toLocal('2026-08-01T10:20:00.000Z'))).toBe('2026-08-01T10:20:00.000Z')
    expect(toLocal('')).toBe('')
    expect(toLocal('soon')).toBe('')
    expect(fromLocal('')).toBe('')
  })
})

describe('the address in the ecosystem’s guides', () => {
  it('redirects to the API keys', () => {
    expect(moved('#/api-key-management')).toBe('/settings/keys')
    expect(moved('#/api-key-management?from=guide')).toBe('/settings/keys')
    expect(moved('#main')).toBeNull()
    expect(moved('')).toBeNull()
  })
})

describe('random values', () => {
  it('are a UUID and a password that the server accepts', () => {
    expect(uuid()).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
    expect(password()).toMatch(/^([a-km-np-z2-9]{4}-){3}[a-km-np-z2-9]{4}$/)
    expect(password()).not.toBe(password())
  })
})

describe('the system', () => {
  it('has problems or none', () => {
    const well = {
      health: {
        database: true,
        draining: false,
        busCurrent: true,
        clockSteady: true,
        clocksAgree: true,
      },
      disks: [{ folder: 'data', freeBytes: 2 ** 40, totalBytes: 2 ** 41, room: 'ok' }],
    } as System
    expect(troubles(well)).toEqual([])
    expect(
      troubles({
        ...well,
        disks: [
          { folder: 'data', freeBytes: 5, totalBytes: 2 ** 41, room: 'full' },
          { folder: 'firmware', freeBytes: 2 ** 28, totalBytes: 2 ** 40, room: 'low' },
        ],
        health: { ...well.health, database: false },
      }),
    ).toEqual(['database', 'full', 'disk'])
    expect(
      troubles({
        ...well,
        disks: [{ folder: 'firmware', freeBytes: 0, totalBytes: 0, room: 'unknown' }],
      }),
    ).toEqual(['silent'])
    expect(
      troubles({ ...well, health: { ...well.health, clockSteady: false, clocksAgree: false } }),
    ).toEqual(['clock', 'clocks'])
  })

  it('describes clock differences', () => {
    expect(clockOf(0)).toBe('settings.system.clockRight')
    expect(clockOf(-499)).toBe('settings.system.clockRight')
    expect(clockOf(6_200)).toBe('settings.system.clockAhead')
    expect(clockOf(-6_700)).toBe('settings.system.clockBehind')
    expect(secondsApart(-6_700)).toBe(7)
  })
})
