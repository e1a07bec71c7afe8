import type { Schema } from './schema'

/** The answers of `/v1/rollouts` and related calls. Times are ISO texts, null for never. */

export type Said = Schema<'Sentence'>

export type BuildRef = Schema<'BuildRef'>

export type Status = Schema<'Rollout'>['status']

export const STATUSES = [
  'DRAFT',
  'AWAITING_APPROVAL',
  'RUNNING',
  'PAUSED',
  'HALTED',
  'DONE',
  'CANCELLED',
] as const satisfies Status[]

export type Tally = Schema<'Tally'>

export type Verdict = Schema<'Verdict'>

export type Stratum = Schema<'Stratum'>

export type Rollout = Schema<'RolloutListed'>

export type StratumDetail = Schema<'StratumDetail'>

export type StageDetail = Schema<'StageDetail'>

export type RolloutDetail = Schema<'Rollout'>

export type Stage = Schema<'Stage'>

export type Day = Schema<'Window'>['days'][number]

export const DAYS = ['MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT', 'SUN'] as const satisfies Day[]

/** A plan, as submitted and shown. */
export type Plan = Schema<'Plan'>

/** A plan, as submitted: without stages, the server chooses them by the number of devices. */
export type PlanWish = Omit<Plan, 'stages'> & { stages?: Stage[] } & Pick<Schema<'PlanWish'>, 'macs' | 'leadsAway'>


export type Preview = Schema<'Preview'>

export type State = Attempt['state']

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
] as const satisfies State[]

/** One device's way through one rollout. */
export type Attempt = Schema<'Attempt'>

export type Refused = Schema<'Refused'>

export type Decision = Schema<'Decision'>

export type Updates = Schema<'DeviceUpdates'>

export type Happened = Schema<'Event'>

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
