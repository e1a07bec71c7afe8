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

  it('include the chosen one, even if this browser doesn’t know it', () => {
    expect(zones('Mars/Olympus')).toContain('Mars/Olympus')
    expect(zones('UTC').filter((zone) => zone === 'UTC')).toHaveLength(1)
  })
})
