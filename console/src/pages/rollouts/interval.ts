/** A failure rate, in percent, as far as it is known. */
export interface Rate {
  /** Null while nothing is decided. */
  estimate: number | null
  /** The lower bound. */
  atLeast: number
  /** The upper bound. */
  atMost: number
  limit: number
}

/** Positions on the axis, in percent of its length. */
export interface Drawn {
  /** The end of the axis, in percent of failures. */
  end: number
  from: number
  to: number
  /** Whether the interval extends beyond the axis. */
  open: boolean
  at: number | null
  limit: number
  says: Says
}

/** The interval compared with the limit. */
export type Says = 'unknown' | 'below' | 'unsure' | 'above'

const ENDS = [1, 2, 5, 10, 20, 30, 50, 75, 100]

/**
 * The axis shows the limit in its first half, and rates that are certainly too high; the upper
 * bound may be beyond it, because it starts at 100 % while nothing is known.
 */
export function drawn({ estimate, atLeast, atMost, limit }: Rate): Drawn {
  const wanted = Math.max(limit * 2, atLeast * 1.2, (estimate ?? 0) * 1.2)
  const end = ENDS.find((each) => each >= Math.min(wanted, 100)) ?? 100
  const on = (percent: number): number => Math.min(100, Math.max(0, (percent / end) * 100))
  return {
    end,
    from: on(atLeast),
    to: on(atMost),
    open: atMost > end,
    at: estimate === null ? null : on(estimate),
    limit: on(limit),
    says: says(estimate, atLeast, atMost, limit),
  }
}

function says(estimate: number | null, atLeast: number, atMost: number, limit: number): Says {
  if (estimate === null) {
    return 'unknown'
  }
  if (atMost < limit) {
    return 'below'
  }
  return atLeast > limit ? 'above' : 'unsure'
}
