/** The answers of `/v1/rollouts` and related calls. Times are ISO texts, null for never. */

export interface Said {
  zh: string
  en: string
}

export interface BuildRef {
  id: string
  version: string
  elfSha256: string
}

export const STATUSES = [
  'DRAFT',
  'AWAITING_APPROVAL',
  'RUNNING',
  'PAUSED',
  'HALTED',
  'DONE',
  'CANCELLED',
] as const
export type Status = (typeof STATUSES)[number]

export interface Tally {
  offered: number
  inFlight: number
  good: number
  bad: number
  silent: number
  overdue: number
  undelivered: number
  missing: number
  delivered: number
  crashed: number
  left: number
  decided: number
  waiting: number
}

export interface Verdict extends Said {
  code: string
  move: 'PROMOTE' | 'HOLD' | 'HALT' | 'PAUSE'
  /** Which devices were counted. */
  counted: Said & { full: number; accounts: number; others: number; othersCounted: number; leftOut: number }
}

export interface Stratum {
  board: string
  chip: string
  scheme: 'V1' | 'V2' | 'ANY'
  from: string
}

export interface Rollout {
  id: string
  name: string
  status: Status
  accountId: string
  everyone: boolean
  build: BuildRef
  badBuild: BuildRef | null
  /** Index of the running stage. */
  stage: number
  stages: number
  percent: number
  /** Whether the last stage's gate has passed; it goes on offering until finished. */
  passed: boolean
  /** Whether its build may lead devices elsewhere, as its maker has confirmed to know. */
  leadsAway: boolean
  createdAt: string
  createdBy: string
  startedBy: string
  approvedBy: string
  startsAt: string | null
  begunAt: string | null
  endedAt: string | null
  verdict: Verdict | null
  tally: Tally
}

export interface StratumDetail extends Stratum {
  halted: boolean
  paused: boolean
  tally: Tally
  failurePercent?: number | null
  failurePercentAtLeast?: number
  failurePercentAtMost: number
  failurePercentLimit: number
  /** The rest is known for the running stage only. */
  members?: number
  /** Devices of the stage that do not count. */
  leftOut?: number
  undecided?: number
  needed?: number
  eta?: string | null
  soakUntil?: string | null
  soaking?: boolean
  verdict?: Verdict | null
}

export interface StageDetail extends Stage {
  stage: number
  running: boolean
  tally: Tally
  strata: StratumDetail[]
}

export interface RolloutDetail extends Rollout {
  plan: Plan
  /** Devices that are named to go first; a long list is truncated. */
  canaries: { count: number; macs: string[] }
  inFlight: number
  offersInLastMinute: number
  countedAt: string | null
  medianCheckInSeconds: number | null
  haltedBoards: string[]
  halted: (Stratum & { verdict: Verdict | null })[]
  /** Groups that wait for a person's decision. */
  paused: (Stratum & { verdict: Verdict | null })[]
  stageDetails: StageDetail[]
}

export interface Stage {
  percent: number
  minDecided: number
  failurePercent: number
  deliveryPercent: number
  soakMinutes: number
}

export const DAYS = ['MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT', 'SUN'] as const

/** A plan as sent and shown. */
export interface Plan {
  name: string
  build: string
  badBuild?: string
  everyone: boolean
  select: {
    boards: string[]
    chips: string[]
    from?: string
    to?: string
    channels: string[]
    agents: string[]
    tags: string[]
    listedOnly: boolean
  }
  stages: Stage[]
  limits: { inFlight: number; perMinute: number; bytesPerSecond: number }
  window?: { days: string[]; from: string; to: string; zone: string }
  startsAt?: string
  approval: boolean
  /** Sent; shown only in a preview, where the server has chosen the first device. */
  canaries?: string[]
  macs?: string[]
}

/** A plan as sent: without stages, the server chooses them by the number of devices. */
export type PlanWish = Omit<Plan, 'stages'> & { stages?: Stage[]; leadsAway?: boolean }

export interface Preview {
  selected: number
  reachable: number
  excluded: (Said & { code: string; devices: number })[]
  strata: (Stratum & { devices: number })[]
  seenLastDay: number
  /** Null when no device came in the last day. */
  minutes: number | null
  basis: Said
  /** Including the stages and the first device chosen by the server, if left to it. */
  plan: Plan
}

export const STATES = [
  'OFFERED',
  'DOWNLOADING',
  'DOWNLOADED',
  'BOOTED',
  'CONFIRMED',
  'ELIGIBLE',
  'LAPSED',
  'DELIVERY_FAILED',
  'INSTALL_FAILED',
  'ROLLED_BACK',
  'REGRESSED',
  'FAILED',
  'SILENT',
  'LOST',
  'EXTERNAL',
  'SUPERSEDED',
] as const
export type State = (typeof STATES)[number]

/** One device's result in one rollout. */
export interface Attempt {
  macAddress: string
  deviceId: string
  accountId: string
  rollout: string
  build: BuildRef
  stage: number
  stratum: Stratum
  state: State
  cause: Said & { code: string }
  since: string | null
  counts: string
  /** Whether it counts for the rollout. */
  vote: Said & { code: 'FULL' | 'LIMITED' | 'NONE' }
  offers: number
  force: boolean
  offeredAt: string | null
  downloadBeganAt: string | null
  downloadEndedAt: string | null
  bootedAt: string | null
  from: string
  running: string
  lastCheckIn: string | null
  installFailures: number
  deliveryFailures: number
  quarantined: boolean
}

export type Refused = Said & {
  code: string
  detail: string
  passes: boolean
  /** When it can continue, if known. */
  goesOnAt: string | null
  rollout?: string
}

export type Decision =
  | { decision: 'OFFER'; rollout: string; build: BuildRef; force: boolean; stage: number; why: Said }
  | { decision: 'REPEAT'; rollout: string; build: BuildRef; force: boolean }
  | { decision: 'NONE'; why: Refused; each: (Refused & { rollout: string })[] }

export interface Updates {
  explanation: {
    last: {
      at: string
      offered: string | null
      why: Said
      each: (Refused & { rollout: string })[]
    } | null
    now: Decision
  } | null
  history: Attempt[]
}

export interface Happened {
  id: string
  type: string
  at: string
  rolloutId: string | null
  buildId: string | null
  mac: string | null
  data: Record<string, unknown>
  text: Said
}

type Kind = 'success' | 'warning' | 'danger' | 'info' | 'primary'

export function statusKind(status: Status): Kind {
  const kinds: Record<Status, Kind> = {
    DRAFT: 'info',
    AWAITING_APPROVAL: 'warning',
    RUNNING: 'primary',
    PAUSED: 'warning',
    HALTED: 'danger',
    DONE: 'success',
    CANCELLED: 'info',
  }
  return kinds[status]
}

export function stateKind(state: State): Kind {
  switch (state) {
    case 'CONFIRMED':
    case 'BOOTED':
      return 'success'
    case 'OFFERED':
    case 'DOWNLOADING':
    case 'DOWNLOADED':
      return 'primary'
    case 'DELIVERY_FAILED':
    case 'SILENT':
    case 'LAPSED':
      return 'warning'
    case 'INSTALL_FAILED':
    case 'ROLLED_BACK':
    case 'REGRESSED':
    case 'FAILED':
    case 'LOST':
      return 'danger'
    case 'ELIGIBLE':
    case 'EXTERNAL':
    case 'SUPERSEDED':
      return 'info'
  }
}

/** A group of devices as a short text. */
export function groupName(group: Stratum): string {
  return [group.board, group.chip, group.scheme.toLowerCase(), group.from].join(' / ')
}

/** A sentence about a group without the group's name, for display next to that name. */
export function without(group: Stratum, text: string): string {
  const name = groupName(group)
  return text.startsWith(name) ? text.slice(name.length).replace(/^(：|: )/, '') : text
}
