import { mount } from '@vue/test-utils'
import { describe, expect, it } from 'vitest'
import { i18n } from '@/i18n'
import { ACTS, acts, colour, mustAskAnother } from '@/pages/rollouts/acts'
import { drawn } from '@/pages/rollouts/interval'
import { DAYS, STATES, STATUSES, stateKind, without, type Happened, type RolloutDetail, type StratumDetail, type Tally } from '@/lib/rollout'
import RateBar from '@/pages/rollouts/RateBar.vue'
import { details, eventKind } from '@/pages/rollouts/shown'
import { PACES } from '@/pages/rollouts/stages'
import TallyBar from '@/pages/rollouts/TallyBar.vue'

describe('a failure rate', () => {
  it('is empty before anything is known', () => {
    const bar = drawn({ estimate: null, atLeast: 0, atMost: 100, limit: 5 })
    expect(bar).toMatchObject({ says: 'unknown', at: null, end: 10, limit: 50, open: true })
  })

  it('is below its limit only if the whole interval is', () => {
    expect(drawn({ estimate: 0, atLeast: 0, atMost: 4.95, limit: 5 }).says).toBe('below')
    expect(drawn({ estimate: 1, atLeast: 0.1, atMost: 5.5, limit: 5 }).says).toBe('unsure')
    expect(drawn({ estimate: 12, atLeast: 6, atMost: 20, limit: 5 }).says).toBe('above')
  })

  it('stays on its axis with any data', () => {
    for (const rate of [
      { estimate: 100, atLeast: 80, atMost: 100, limit: 5 },
      { estimate: 0, atLeast: 0, atMost: 0.01, limit: 0.0001 },
      { estimate: 50, atLeast: 30, atMost: 70, limit: 99.9999 },
      { estimate: 3, atLeast: 1, atMost: 8, limit: 5 },
    ]) {
      const bar = drawn(rate)
      for (const at of [bar.from, bar.to, bar.at ?? 0, bar.limit]) {
        expect(at).toBeGreaterThanOrEqual(0)
        expect(at).toBeLessThanOrEqual(100)
      }
      expect(bar.from).toBeLessThanOrEqual(bar.to)
      expect(bar.end).toBeGreaterThanOrEqual(Math.min(100, rate.limit))
    }
  })
})

const tally = (some: Partial<Tally> = {}): Tally => ({
  offered: 0,
  inFlight: 0,
  good: 0,
  bad: 0,
  silent: 0,
  overdue: 0,
  undelivered: 0,
  missing: 0,
  delivered: 0,
  crashed: 0,
  left: 0,
  decided: 0,
  waiting: 0,
  ...some,
})

describe('the charts', () => {
  const global = { plugins: [i18n] }

  it('have a text alternative', () => {
    const group = {
      tally: tally({ good: 8, bad: 2 }),
      failurePercent: 20,
      failurePercentAtLeast: 6.5,
      failurePercentAtMost: 50.69,
      failurePercentLimit: 5,
    } as StratumDetail
    const bar = mount(RateBar, { props: { group }, global })
    expect(bar.text()).toContain('20%')
    expect(bar.text()).toContain('6.5%')
    expect(bar.classes()).toContain('rate--above')
    expect(bar.find('.rate__limit').attributes('style')).toMatch(/left: \d/)
  })

  it('show devices relative to their total', () => {
    const bar = mount(TallyBar, {
      props: { tally: tally({ good: 3, bad: 1, overdue: 1, inFlight: 2, waiting: 3 }), of: 10 },
      global,
    })
    const widths = bar.findAll('.tally__part').map((part) => part.attributes('style'))
    expect(widths).toEqual(['width: 30%;', 'width: 20%;', 'width: 20%;', 'width: 10%;'])
    expect(bar.findAll('li')).toHaveLength(4)
    expect(mount(TallyBar, { props: { tally: tally() }, global }).text()).not.toBe('')
  })
})

describe('the available actions', () => {
  const rollout = (some: Partial<RolloutDetail>): RolloutDetail =>
    ({
      status: 'RUNNING',
      stage: 0,
      stages: 4,
      halted: [],
      paused: [],
      begunAt: '2026-11-22T00:00:00Z',
      createdBy: 'ann',
      startedBy: 'bob',
      ...some,
    }) as RolloutDetail

  it('depend on the status', () => {
    expect(acts(rollout({ status: 'DRAFT', begunAt: null }))).toEqual(['start', 'cancel'])
    expect(acts(rollout({ status: 'AWAITING_APPROVAL', begunAt: null }))).toEqual([
      'approve',
      'widen',
      'cancel',
    ])
    expect(acts(rollout({}))).toEqual(['pause', 'promote', 'widen', 'finish', 'turnBack', 'cancel'])
    expect(acts(rollout({ stage: 3 }))).not.toContain('promote')
    expect(acts(rollout({ status: 'HALTED' }))).toEqual(['resume', 'widen', 'turnBack', 'cancel'])
    expect(acts(rollout({ status: 'DONE' }))).toEqual(['turnBack'])
    expect(acts(rollout({ status: 'CANCELLED', begunAt: null }))).toEqual([])
  })

  it('resume halted groups while others run', () => {
    const halted = [{ board: 'b', chip: 'c', scheme: 'V2', from: '1', verdict: null } as const]
    expect(acts(rollout({ halted: [...halted] }))).toContain('resume')
  })

  it('are red only if they can’t be undone', () => {
    expect(colour('pause', true)).toBe('primary')
    expect(colour('finish', false)).toBeUndefined()
    expect(colour('cancel', true)).toBe('danger')
  })

  it('require a second person to approve', () => {
    expect(mustAskAnother(rollout({}), 'ann')).toBe(true)
    expect(mustAskAnother(rollout({}), 'bob')).toBe(true)
    expect(mustAskAnother(rollout({}), 'eve')).toBe(false)
  })
})

it('a sentence next to a group’s name does not repeat it', () => {
  const group = { board: 'b', chip: 'c', scheme: 'V2', from: '1.0' } as const
  expect(without(group, 'b / c / v2 / 1.0：失败')).toBe('失败')
  expect(without(group, 'b / c / v2 / 1.0: failed')).toBe('failed')
  expect(without(group, 'No device matches yet')).toBe('No device matches yet')
})

it('every status, state and pace has a name', () => {
  const { te } = i18n.global
  for (const status of STATUSES) {
    expect(te(`rollouts.status.${status}`), status).toBe(true)
  }
  for (const state of STATES) {
    expect(te(`rollouts.state.${state}`), state).toBe(true)
    expect(stateKind(state)).toBeTruthy()
  }
})

it('every action, part and fault that pages look up by key has a text', () => {
  const { te } = i18n.global
  const keys = [
    ...ACTS.flatMap((act) => ['title', 'consequence', 'do', 'done'].map((part) => `act.${act}.${part}`)),
    ...['good', 'bad', 'silent', 'undelivered', 'inFlight', 'waiting', 'left'].map((part) => `tally.${part}`),
    ...['unknown', 'below', 'unsure', 'above'].map((says) => `rate.${says}`),
    ...['later', 'past', 'now', 'halted', 'paused', 'ended'].map((state) => `stage.state.${state}`),
    ...['shrinks', 'nobody', 'missing'].map((what) => `stage.wrong.${what}`),
    ...['build', 'name', 'macs', 'wrongMacs', 'tooManyMacs', 'reading', 'window', 'stages'].map((what) => `form.missing.${what}`),
    ...PACES.map((pace) => `pace.${pace}`),
    ...DAYS.map((day) => `day.${day}`),
    'why.OFFER',
    'why.REPEAT',
  ]
  expect(keys.filter((key) => !te(`rollouts.${key}`))).toEqual([])
})

describe('the timeline', () => {
  it('shows who, why and the gates’ results', () => {
    const event = {
      type: 'rollout_halted',
      data: { zh: '失败过多', en: 'too many failed', stage: 2, by: 'ann', why: 'smoke' },
    } as unknown as Happened
    expect(details(event)[0]).toBe(i18n.global.locale.value === 'zh' ? '失败过多' : 'too many failed')
    expect(details(event).join(' ')).toMatch(/2.*ann.*smoke/)
    expect(eventKind('rollout_halted')).toBe('danger')
    expect(eventKind('gate_passed')).toBe('success')
  })

  it('tolerates unexpected data', () => {
    const odd = { type: 'x', data: { by: 3, zh: null, stage: '1' } } as unknown as Happened
    expect(details(odd)).toEqual([])
  })
})
