/** Events of single devices, perhaps a million; webhooks get them only on request. */
export const DEVICE_EVENTS = [
  'offered',
  'downloaded',
  'confirmed',
  'failed',
  'rolled_back',
  'regressed',
  'silent',
  'lost',
  'delivery_failed',
  'quarantined',
  'quarantine_cleared',
  'external',
  'same_version_other_build',
] as const

/** Events of a rollout rather than of its devices. */
export const OF_ROLLOUT = [
  'rollout_created',
  'rollout_started',
  'rollout_approved',
  'rollout_paused',
  'rollout_resumed',
  'rollout_widened',
  'rollout_turned_back',
  'rollout_halted',
  'rollout_done',
  'rollout_cancelled',
  'stage_started',
  'stage_promoted',
  'gate_passed',
  'stratum_halted',
  'stratum_paused',
  'stratum_resumed',
] as const

/** Events of rollouts, builds and the server. */
export const ROLLOUT_EVENTS = [
  ...OF_ROLLOUT,
  'build_uploaded',
  'build_deleted',
  'build_quarantined',
  'build_cleared',
  'outage',
  'outage_over',
  'webhook_off',
] as const

/** Both kinds, by the names of their texts. */
export const EVENT_GROUPS = [
  ['rolloutEvents', ROLLOUT_EVENTS],
  ['deviceEvents', DEVICE_EVENTS],
] as const

export const EVENTS = [...ROLLOUT_EVENTS, ...DEVICE_EVENTS] as const
export type EventName = (typeof EVENTS)[number]

/** The type's name if this console knows it: a newer server may have more. */
export const known = (type: string): EventName | null =>
  EVENTS.find((each) => each === type) ?? null
