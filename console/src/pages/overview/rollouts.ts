/** A rollout in brief, for the overview. */
export interface Running {
  id: string
  name: string
  status?: string
  state?: string
  stage?: number | null
  stages?: number | null
  /** Of the running stage, of all devices it is meant for. */
  percent?: number | null
}

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
