import { describe, expect, it } from 'vitest'
import { listOf, MOST_NAMED } from '@/lib/lists'
import type { PlanWish } from '@/lib/rollout'
import { blank, formOf, local, missing, planOf, withCanaries } from '@/pages/rollouts/plan'
import { paceOf, PACES, stage, stagesOf, wrongStages } from '@/pages/rollouts/stages'

const MAC = 'aa:bb:cc:dd:ee:0'
const build = '0'.repeat(32)

const whole: PlanWish = {
  name: 'autumn',
  build,
  badBuild: '1'.repeat(32),
  everyone: true,
  select: {
    boards: ['a', 'b'],
    chips: ['esp32s3'],
    from: '1.8.0',
    to: '2.4.9',
    channels: ['stable'],
    agents: ['2'.repeat(32)],
    tags: ['shop'],
    listedOnly: true,
  },
  stages: [
    { percent: 0, minDecided: 3, failurePercent: 0.3, deliveryPercent: 12.5, soakMinutes: 0.5 },
    { percent: 0.07, minDecided: 59, failurePercent: 5, deliveryPercent: 20, soakMinutes: 100 },
    { percent: 100, minDecided: 59, failurePercent: 5, deliveryPercent: 20, soakMinutes: 1440 },
  ],
  limits: { inFlight: 7, perMinute: 0, bytesPerSecond: 65_537 },
  window: { days: ['MON', 'SUN'], from: '23:30', to: '05:00', zone: 'Asia/Shanghai' },
  startsAt: '2026-12-01T02:03:00.000Z',
  approval: true,
  canaries: [`${MAC}1`],
  macs: [`${MAC}2`, `${MAC}3`],
}

describe('a plan', () => {
  it('survives the form unchanged', () => {
    expect(planOf(formOf(whole, 'UTC'))).toEqual(whole)
  })

  it('does so with the fewest possible fields', () => {
    const small = planOf({ ...blank('UTC'), name: ' n ', build })
    expect(small.name).toBe('n')
    expect(small).not.toHaveProperty('window')
    expect(small).not.toHaveProperty('macs')
    expect(small.select.listedOnly).toBe(false)
    expect(planOf(formOf(small, 'UTC'))).toEqual(small)
  })

  it('leaves the stages to the server unless they were edited', () => {
    expect(planOf({ ...blank('UTC'), name: 'n', build })).not.toHaveProperty('stages')
    expect(missing({ ...blank('UTC'), name: 'n', build })).toBeNull()
    // If the canaries are not shown, the copy starts with the server's choice again.
    const copied = formOf({ ...whole, canaries: undefined }, 'UTC')
    expect(copied.stages).toEqual([])
    expect(planOf(copied)).not.toHaveProperty('stages')
  })

  it('keeps a start with seconds', () => {
    const plan = { ...whole, startsAt: '2026-12-01T02:03:04.500Z' }
    expect(planOf(formOf(plan, 'UTC')).startsAt).toBe(plan.startsAt)
    expect(local('2026-12-01T02:03:00.000Z')).toMatch(/^2026-1[12]-\d\dT\d\d:\d\d$/)
  })

  it('sends a list only if it restricts the rollout', () => {
    const form = { ...blank('UTC'), name: 'n', build, macs: listOf([`${MAC}1`]) }
    expect(planOf(form)).not.toHaveProperty('macs')
    expect(planOf({ ...form, whom: 'listed' }).macs).toEqual([`${MAC}1`])
  })
})

describe('what is missing', () => {
  const good = { ...blank('UTC'), name: 'n', build }

  it('is nothing with the defaults', () => {
    expect(missing(good)).toBeNull()
  })

  it('is listed in the form’s order', () => {
    expect(missing(blank('UTC'))?.what).toBe('build')
    expect(missing({ ...good, name: ' ' })?.what).toBe('name')
    expect(missing({ ...good, whom: 'listed' })?.what).toBe('macs')
    const wrong = { ...listOf([]), text: 'x', refused: 1 }
    expect(missing({ ...good, whom: 'listed', macs: wrong })?.what).toBe('wrongMacs')
    expect(missing({ ...good, canaries: wrong })?.what).toBe('wrongMacs')
    expect(missing({ ...good, macs: wrong })).toBeNull()
    expect(missing({ ...good, canaries: { ...wrong, read: false } })?.what).toBe('reading')
    const long = listOf(Array.from({ length: MOST_NAMED + 1 }, () => MAC))
    expect(missing({ ...good, canaries: long })?.what).toBe('tooManyMacs')
    expect(missing({ ...good, windowed: true, opens: '' })?.what).toBe('window')
    expect(missing({ ...good, stages: [stage(50), stage(10)] })).toEqual({
      what: 'stages',
      stage: { at: 1, what: 'shrinks' },
    })
  })

  it('includes, last, the confirmation that the build may lead away', () => {
    expect(missing(good, false)?.what).toBe('leadsAway')
    expect(missing({ ...good, name: '' }, false)?.what).toBe('name')
  })
})

describe('stages', () => {
  it('are recognized by their pace', () => {
    for (const pace of PACES) {
      for (const named of [true, false]) {
        expect(paceOf(stagesOf(pace, named), named)).toBe(pace)
        if (pace !== 'usual') {
          expect(wrongStages(stagesOf(pace, named), named)).toBeNull()
          expect(stagesOf(pace, named).at(-1)?.percent).toBe(100)
        }
      }
    }
    expect(paceOf([stage(33)], false)).toBe('own')
  })

  it('begin with canaries only if some are named', () => {
    const usual = stagesOf('careful', false)
    const with1 = withCanaries(usual, false, true)
    expect(with1[0]?.percent).toBe(0)
    expect(withCanaries(with1, true, false)).toEqual(usual)
    const own = [stage(5), stage(100)]
    expect(withCanaries(own, false, true)).toBe(own)
    expect(withCanaries([stage(0), stage(7)], true, false)[0]?.percent).toBe(1)
  })

  it('only grow', () => {
    expect(wrongStages([stage(0), stage(100)], false)).toEqual({ at: 0, what: 'nobody' })
    expect(wrongStages([stage(10), stage(100)], false, 20)).toEqual({ at: 0, what: 'shrinks' })
    expect(wrongStages([stage(20), stage(20)], false, 20)).toBeNull()
    expect(wrongStages([stage(NaN)], false)).toEqual({ at: 0, what: 'missing' })
    expect(wrongStages([], false)).toEqual({ at: 0, what: 'missing' })
  })
})
