import type { Schema } from '@/lib/schema'

/** Check-ins an hour of each board or version, as the server counts them. */
export type Counts = Schema<'CheckInsByHour'>

/** The resolution of a chart: more than a week is shown by day. */
export type Step = 'hour' | 'day'

export const stepOf = (days: number): Step => (days > 7 ? 'day' : 'hour')

const DAY_MS = 86_400_000

/** The same counts by day in the viewer's time zone. */
export function byDay(counts: Counts, offsetMinutes: (at: number) => number = offset): Counts {
  const starts: number[] = []
  const index = counts.hours.map((hour) => {
    const shift = offsetMinutes(hour) * 60_000
    const start = Math.floor((hour + shift) / DAY_MS) * DAY_MS - shift
    if (starts.at(-1) !== start) {
      starts.push(start)
    }
    return starts.length - 1
  })
  const series = counts.series.map(({ value, counts: each }) => {
    const sums = starts.map(() => 0)
    index.forEach((day, i) => (sums[day] = (sums[day] ?? 0) + (each[i] ?? 0)))
    return { value, counts: sums }
  })
  return { hours: starts, series }
}

const offset = (at: number): number => -new Date(at).getTimezoneOffset()

/** Whether there is anything to draw. */
export const hasAny = (counts: Counts): boolean =>
  counts.series.some((each) => each.counts.some((n) => n > 0))

export type Share = Schema<'ValueCount'>

/** The most frequent ones, and all others under "" at the end. */
export function top(shares: Share[], most = 8): Share[] {
  const named = shares.filter((each) => each.value).sort((a, b) => b.count - a.count)
  const kept = named.length <= most ? named : named.slice(0, most - 1)
  const sum = (all: Share[]): number => all.reduce((n, each) => n + each.count, 0)
  const rest = sum(shares) - sum(kept)
  return rest > 0 ? [...kept, { value: '', count: rest }] : kept
}
