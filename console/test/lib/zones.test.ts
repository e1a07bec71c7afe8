import { describe, expect, it } from 'vitest'
import { zones } from '@/lib/zones'

describe('time zones to choose from', () => {
  it('are those of the browser, each once, in order', () => {
    const all = zones('')
    expect(all).toContain('Asia/Shanghai')
    expect(all).toContain('UTC')
    expect(all).not.toContain('')
    expect(new Set(all).size).toBe(all.length)
    expect([...all].sort()).toEqual(all)
  })

  it('have the chosen one among them, whether or not this browser knows it', () => {
    expect(zones('Mars/Olympus')).toContain('Mars/Olympus')
    expect(zones('UTC').filter((zone) => zone === 'UTC')).toHaveLength(1)
  })
})
