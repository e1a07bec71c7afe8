import type { RolloutDetail } from '@/lib/rollout'

export const ACTS = [
  'start',
  'approve',
  'resume',
  'halt',
  'pause',
  'promote',
  'widen',
  'finish',
  'turnBack',
  'cancel',
] as const
export type Act = (typeof ACTS)[number]

type Facts = Pick<
  RolloutDetail,
  'status' | 'stage' | 'stages' | 'halted' | 'paused' | 'begunAt' | 'createdBy' | 'startedBy'
>

/** The available actions for a rollout in its current state. The server decides. */
export function acts(rollout: Facts): Act[] {
  return ACTS.filter((act) => can(act, rollout))
}

function can(act: Act, rollout: Facts): boolean {
  const { status } = rollout
  switch (act) {
    case 'start':
      return status === 'DRAFT'
    case 'approve':
      return status === 'AWAITING_APPROVAL'
    case 'pause':
      return status === 'RUNNING'
    case 'resume':
      return (
        status === 'PAUSED' ||
        status === 'HALTED' ||
        (status === 'RUNNING' && rollout.halted.length + rollout.paused.length > 0)
      )
    case 'halt':
      return (status === 'RUNNING' || status === 'PAUSED') && rollout.paused.length > 0
    case 'promote':
      return status === 'RUNNING' && rollout.stage < rollout.stages - 1
    case 'finish':
      return status === 'RUNNING' || status === 'PAUSED'
    case 'widen':
      return (
        status === 'AWAITING_APPROVAL' ||
        status === 'RUNNING' ||
        status === 'PAUSED' ||
        status === 'HALTED'
      )
    case 'turnBack':
      return rollout.begunAt !== null
    case 'cancel':
      return status !== 'DONE' && status !== 'CANCELLED'
  }
}

/** Whether another person must approve it: its maker and its starter may not. */
export function mustAskAnother(rollout: Facts, username: string): boolean {
  return rollout.createdBy === username || rollout.startedBy === username
}

/** Actions that require a reason. */
export function wantsReason(act: Act): boolean {
  return act === 'pause' || act === 'resume' || act === 'halt' || act === 'cancel' || act === 'promote'
}

/** The prominence of an action: irreversible ones are red. */
export function kindOf(act: Act): 'primary' | 'danger' {
  return act === 'cancel' || act === 'turnBack' || act === 'halt' || act === 'promote' || act === 'finish'
    ? 'danger'
    : 'primary'
}

/** Its button's colour. */
export function colour(act: Act, first: boolean): 'primary' | 'danger' | undefined {
  if (act === 'cancel' || act === 'turnBack') {
    return 'danger'
  }
  return first ? 'primary' : undefined
}
