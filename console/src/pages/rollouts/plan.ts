import { paceOf, stagesOf, wrongStages, type Wrong } from './stages'
import { listOf, MOST_NAMED, type NamedList } from '@/lib/lists'
import type { Day, PlanWish, Stage } from '@/lib/rollout'

/** A plan as form values. */
export interface PlanForm {
  name: string
  build: string
  badBuild: string
  everyone: boolean
  /** All devices that the build fits, or a list of devices. */
  whom: 'all' | 'listed'
  macs: NamedList
  canaries: NamedList
  boards: string[]
  chips: string[]
  from: string
  to: string
  channels: string[]
  agents: string[]
  tags: string[]
  stages: Stage[]
  inFlight: number
  perMinute: number
  /** KB/s of 1024 bytes. */
  kilobytes: number
  windowed: boolean
  days: Day[]
  opens: string
  closes: string
  zone: string
  /** In the format of `datetime-local`, in the browser's zone; empty for at once. */
  startsAt: string
  approval: boolean
}

export function blank(zone: string): PlanForm {
  return {
    name: '',
    build: '',
    badBuild: '',
    everyone: false,
    whom: 'all',
    macs: listOf([]),
    canaries: listOf([]),
    boards: [],
    chips: [],
    from: '',
    to: '',
    channels: [],
    agents: [],
    tags: [],
    stages: stagesOf('usual', false),
    inFlight: 200,
    perMinute: 100,
    kilobytes: 0,
    windowed: false,
    days: [],
    opens: '02:00',
    closes: '05:00',
    zone,
    startsAt: '',
    approval: false,
  }
}

export function planOf(form: PlanForm): PlanWish {
  const canaries = form.canaries.devices
  const macs = form.whom === 'listed' ? form.macs.devices : []
  return {
    name: form.name.trim(),
    build: form.build,
    ...(form.badBuild ? { badBuild: form.badBuild } : {}),
    everyone: form.everyone,
    select: {
      boards: form.boards,
      chips: form.chips,
      ...(form.from.trim() ? { from: form.from.trim() } : {}),
      ...(form.to.trim() ? { to: form.to.trim() } : {}),
      channels: form.channels,
      agents: form.agents,
      tags: form.tags,
      listedOnly: form.whom === 'listed',
    },
    ...(form.stages.length > 0 ? { stages: form.stages } : {}),
    limits: {
      inFlight: form.inFlight,
      perMinute: form.perMinute,
      bytesPerSecond: Math.round(form.kilobytes * 1024),
    },
    ...(form.windowed
      ? { window: { days: form.days, from: form.opens, to: form.closes, zone: form.zone } }
      : {}),
    ...(form.startsAt ? { startsAt: new Date(form.startsAt).toISOString() } : {}),
    approval: form.approval,
    ...(canaries.length > 0 ? { canaries } : {}),
    ...(macs.length > 0 ? { macs } : {}),
  }
}

/** An existing plan, to create a similar one; the devices that it named are not included. */
export function formOf(plan: PlanWish, zone: string): PlanForm {
  const { select, limits, window } = plan
  const stages = plan.stages ?? []
  // Named devices are not shown, so a first stage with only named devices is left to the server
  // again.
  const nobodyFirst = stages[0]?.percent === 0 && (plan.canaries ?? []).length === 0
  return {
    ...blank(zone),
    name: plan.name,
    build: plan.build,
    badBuild: plan.badBuild ?? '',
    everyone: plan.everyone,
    whom: select.listedOnly ? 'listed' : 'all',
    macs: listOf(plan.macs ?? []),
    canaries: listOf(plan.canaries ?? []),
    boards: select.boards,
    chips: select.chips,
    from: select.from ?? '',
    to: select.to ?? '',
    channels: select.channels,
    agents: select.agents,
    tags: select.tags,
    stages: nobodyFirst ? [] : stages.map((each) => ({ ...each })),
    inFlight: limits.inFlight,
    perMinute: limits.perMinute,
    kilobytes: limits.bytesPerSecond / 1024,
    ...(window
      ? { windowed: true, days: window.days, opens: window.from, closes: window.to, zone: window.zone }
      : {}),
    startsAt: plan.startsAt ? local(plan.startsAt) : '',
    approval: plan.approval,
  }
}

/** A time in the format of `datetime-local`, with milliseconds if needed. */
export function local(iso: string): string {
  const at = new Date(iso)
  const there = new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString()
  return there.replace(/(:00)?\.000Z$/, '').replace(/Z$/, '')
}

/**
 * The stages after adding or removing canaries: an unchanged pace stays that pace, and a first
 * stage with only canaries requires canaries.
 */
export function withCanaries(stages: Stage[], before: boolean, named: boolean): Stage[] {
  if (before === named) {
    return stages
  }
  const pace = paceOf(stages, before)
  if (pace !== 'own') {
    return stagesOf(pace, named)
  }
  const [first, ...rest] = stages
  return !named && first?.percent === 0 ? [{ ...first, percent: 1 }, ...rest] : stages
}

export type Missing = 'leadsAway' | 'build' | 'name' | 'macs' | 'wrongMacs' | 'tooManyMacs' | 'reading' | 'window' | 'stages'

/**
 * What prevents sending the form, in the form's order.
 * @param knows whether the build leads devices here, or the user has confirmed that it may not
 */
export function missing(form: PlanForm, knows = true): { what: Missing; stage?: Wrong } | null {
  if (!form.build) {
    return { what: 'build' }
  }
  if (!form.name.trim()) {
    return { what: 'name' }
  }
  const named = form.whom === 'listed' ? [form.macs, form.canaries] : [form.canaries]
  if (named.some((list) => !list.read)) {
    return { what: 'reading' }
  }
  if (named.some((list) => list.refused > 0)) {
    return { what: 'wrongMacs' }
  }
  if (named.some((list) => list.devices.length > MOST_NAMED)) {
    return { what: 'tooManyMacs' }
  }
  if (form.whom === 'listed' && named.every((list) => list.devices.length === 0)) {
    return { what: 'macs' }
  }
  if (form.windowed && (!form.opens || !form.closes || !form.zone)) {
    return { what: 'window' }
  }
  const stage = form.stages.length > 0 ? wrongStages(form.stages, form.canaries.devices.length > 0) : null
  if (stage) {
    return { what: 'stages', stage }
  }
  return knows ? null : { what: 'leadsAway' }
}
