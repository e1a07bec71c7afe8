import type { Stage } from '@/lib/rollout'

/** A stage with the server's defaults. */
export function stage(percent: number, soakMinutes = 24 * 60): Stage {
  return { percent, minDecided: 59, failurePercent: 5, deliveryPercent: 20, soakMinutes }
}

export const PACES = ['usual', 'careful', 'quick', 'once'] as const
export type Pace = (typeof PACES)[number] | 'own'

export const MOST_STAGES = 10

/**
 * Stages of a pace; none if the server chooses by the number of devices.
 * @param named whether there are canaries: then only they come first
 */
export function stagesOf(pace: Exclude<Pace, 'own'>, named: boolean): Stage[] {
  const first = named ? 0 : 1
  switch (pace) {
    case 'usual':
      return []
    case 'careful':
      return [stage(first), stage(10), stage(50), stage(100)]
    case 'quick':
      return [stage(named ? 0 : 10, 120), stage(100, 120)]
    case 'once':
      return named ? [stage(0), stage(100)] : [stage(100)]
  }
}

export function paceOf(stages: Stage[], named: boolean): Pace {
  const same = PACES.find(
    (pace) => JSON.stringify(stagesOf(pace, named)) === JSON.stringify(stages),
  )
  return same ?? 'own'
}

/** An invalid stage, and why. */
export type Wrong = { at: number; what: 'shrinks' | 'nobody' | 'missing' }

/** @param least the share that is already reached, in percent */
export function wrongStages(stages: Stage[], named: boolean, least = 0): Wrong | null {
  let before = least
  for (const [at, each] of stages.entries()) {
    if (!Number.isFinite(each.percent)) {
      return { at, what: 'missing' }
    }
    if (at === 0 && each.percent === 0 && !named) {
      return { at, what: 'nobody' }
    }
    if (each.percent < before) {
      return { at, what: 'shrinks' }
    }
    before = each.percent
  }
  return stages.length === 0 ? { at: 0, what: 'missing' } : null
}
