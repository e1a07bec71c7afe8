import type { Schema } from '@/lib/schema'

/** The answer of /v1/system. */
export type System = Schema<'System'>

export type Trouble = 'database' | 'draining' | 'bus' | 'clock' | 'clocks' | 'full' | 'disk' | 'silent'

export function troubles(system: System): Trouble[] {
  const found: [Trouble, boolean][] = [
    ['database', !system.health.database],
    ['draining', system.health.draining],
    ['bus', !system.health.busCurrent],
    ['clock', !system.health.clockSteady],
    ['clocks', !system.health.clocksAgree],
    ['full', system.disks.some((disk) => disk.room === 'full')],
    ['disk', system.disks.some((disk) => disk.room === 'low')],
    ['silent', system.disks.some((disk) => disk.room === 'unknown')],
  ]
  return found.filter(([, is]) => is).map(([name]) => name)
}

/** Settings ordered by name. */
export const settingsOf = (settings: Record<string, string>): [string, string][] =>
  Object.entries(settings)
    .map(([name, value]): [string, string] => [name, String(value ?? '')])
    .sort(([a], [b]) => a.localeCompare(b))

/** Whole seconds between a node's clock and the database's; smaller differences don't matter. */
export const secondsApart = (aheadMs: number): number => Math.round(Math.abs(aheadMs) / 1000)

export const clockOf = (
  aheadMs: number,
): 'settings.system.clockAhead' | 'settings.system.clockBehind' | 'settings.system.clockRight' => {
  if (secondsApart(aheadMs) === 0) {
    return 'settings.system.clockRight'
  }
  return aheadMs > 0 ? 'settings.system.clockAhead' : 'settings.system.clockBehind'
}
