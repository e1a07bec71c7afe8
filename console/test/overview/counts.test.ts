import { describe, expect, it } from 'vitest'
import { onlyHere } from '@/lib/address'
import { place, todo, type Attention } from '@/pages/overview/attention'
import { byDay, hasAny, stepOf, top } from '@/pages/overview/counts'
import { phase, share } from '@/pages/overview/rollouts'

const HOUR = 3_600_000

describe('check-ins', () => {
  it('are summed by day in the viewer’s time zone', () => {
    // From 22:00 UTC, which is six in the morning in Shanghai.
    const first = Date.UTC(2026, 7, 1, 22)
    const hours = Array.from({ length: 30 }, (_, i) => first + i * HOUR)
    const counts = { hours, series: [{ value: '1.0.0', counts: hours.map(() => 2) }] }
    const utc = byDay(counts, () => 0)
    expect(utc.hours.map((at) => new Date(at).toISOString())).toEqual([
      '2026-08-01T00:00:00.000Z',
      '2026-08-02T00:00:00.000Z',
      '2026-08-03T00:00:00.000Z',
    ])
    expect(utc.series[0]?.counts).toEqual([4, 48, 8])
    const shanghai = byDay(counts, () => 480)
    expect(shanghai.series[0]?.counts).toEqual([36, 24])
    expect(new Date(shanghai.hours[0] ?? 0).toISOString()).toBe('2026-08-01T16:00:00.000Z')
  })

  it('are shown by hour for at most a week', () => {
    expect([1, 7, 30, 90].map(stepOf)).toEqual(['hour', 'hour', 'day', 'day'])
  })

  it('may be empty', () => {
    expect(hasAny({ hours: [1], series: [{ value: 'a', counts: [0] }] })).toBe(false)
    expect(hasAny({ hours: [1], series: [{ value: 'a', counts: [1] }] })).toBe(true)
  })
})

describe('shares', () => {
  const named = (n: number) => Array.from({ length: n }, (_, i) => ({ value: `v${i}`, count: i + 1 }))

  it('are sorted by size, with the rest last', () => {
    expect(top([{ value: 'a', count: 1 }, { value: '', count: 9 }, { value: 'b', count: 3 }])).toEqual([
      { value: 'b', count: 3 },
      { value: 'a', count: 1 },
      { value: '', count: 9 },
    ])
    const cut = top([...named(12), { value: '', count: 100 }], 4)
    expect(cut.map((each) => each.value)).toEqual(['v11', 'v10', 'v9', ''])
    expect(cut.at(-1)?.count).toBe(100 + 45)
  })
})

describe('attention', () => {
  const of = (kind: string, more: Partial<Attention> = {}): Attention => ({
    kind,
    text: { zh: '', en: '' },
    ...more,
  })

  it('links to the page that fixes it', () => {
    expect(place(of('rollout-halted', { id: 'ab' }))).toBe('/rollouts/ab')
    expect(place(of('build-quarantined'))).toBe('/firmware')
    expect(place(of('of-tomorrow', { id: '../x' }))).toBeNull()
    expect(place(of('backend-failing', { id: '../x' }))).toBe('/agents/..%2Fx')
    expect(todo(of('of-tomorrow'))).toBe('other')
  })

  it('knows the addresses that mean this very machine', () => {
    expect(onlyHere('http://localhost:8080')).toBe(true)
    expect(onlyHere('http://127.0.0.1:8080')).toBe(true)
    expect(onlyHere('http://[::1]:8080')).toBe(true)
    expect(onlyHere('http://192.168.1.7:8080')).toBe(false)
  })
})

describe('rollouts', () => {
  it('are described by their status', () => {
    expect(phase({ id: '1', name: '', status: 'HALTED' })).toBe('halted')
    expect(phase({ id: '1', name: '', status: 'AWAITING_APPROVAL' })).toBe('other')
    expect(share({ id: '1', name: '', percent: 250 })).toBe(100)
    expect(share({ id: '1', name: '' })).toBeNull()
  })
})
