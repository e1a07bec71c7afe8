import type { Schema } from '@/lib/schema'

type Summary = Schema<'RolloutSummary'>

/** A rollout in brief, as on the overview. */
export type Running = Pick<Summary, 'id' | 'name'> & Partial<Summary> & { status?: string }

export type Phase = 'running' | 'paused' | 'halted' | 'other'

export function phase(rollout: Running): Phase {
  const status = (rollout.status ?? rollout.state ?? '').toLowerCase()
  return (['running', 'paused', 'halted'] as const).find((each) => each === status) ?? 'other'
}

/** The share that it may reach now, 0 to 100; null if unknown. */
export function share(rollout: Running): number | null {
  return typeof rollout.percent === 'number'
    ? Math.min(100, Math.max(0, rollout.percent))
    : null
}
