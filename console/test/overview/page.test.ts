import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Refusal, server, show, type Call } from '../help'
import { i18n } from '@/i18n'
import { begin } from '@/lib/session'
import OverviewPage from '@/pages/overview/OverviewPage.vue'

const answers: Record<string, unknown> = {}
let calls: Call[]
const start = { version: '1', publicUrl: '', user: { id: 'a1', username: 'ada', role: 'admin' } }
const NOTHING = {
  devices: 0,
  online: 0,
  checkedInToday: 0,
  waiting: 0,
  rollouts: [],
  attention: [],
}

beforeEach(async () => {
  i18n.global.locale.value = 'en'
  Object.assign(start, { publicUrl: '' })
  start.user.role = 'admin'
  Object.assign(answers, {
    'GET /v1/console/start': () => start,
    'GET /v1/overview': () => NOTHING,
    'GET /v1/overview/devices': [{ value: '2.4.2', count: 3 }],
    'GET /v1/overview/check-ins': { hours: [], series: [] },
    'GET /v1/devices': [],
    'GET /xiaozhi/agent/list': [],
  })
  calls = server(answers)
  await begin()
})

afterEach(() => {
  document.body.innerHTML = ''
  vi.unstubAllGlobals()
})

describe('the overview', () => {
  it('shows the first steps when there is no data yet', async () => {
    const { page } = await show(OverviewPage)
    expect(page.text()).toContain('Your first device, in three steps')
    expect(page.text()).toContain('/v1/ota/')
    expect(page.text()).not.toContain('✓')
    expect(calls.find((each) => each.path === '/v1/overview')?.query.address).toBe(location.origin)
    page.unmount()
  })

  it('shows the first device before the server has counted it', async () => {
    answers['GET /v1/devices'] = [{ id: 'd4:06:06:b6:a9:fb' }]
    const { page } = await show(OverviewPage)
    expect(page.text()).not.toContain('in three steps')
    expect(page.text()).toContain('2.4.2')
    page.unmount()
  })

  it('shows what needs attention, with names as plain text and a link', async () => {
    answers['GET /v1/overview'] = {
      ...NOTHING,
      devices: 3,
      online: null,
      rollouts: [{ id: 'r1', name: '<b>night</b>', state: 'HALTED', stage: 0, stages: 3, percent: 5 }],
      attention: [
        { kind: 'rollout-halted', id: 'r1', name: '<b>night</b>', text: { zh: '停', en: 'it stopped' } },
        { kind: 'of-tomorrow', text: { zh: '新', en: 'something new' } },
      ],
    }
    const { page } = await show(OverviewPage)
    expect(page.get('.attention a').text()).toBe('<b>night</b> · it stopped')
    expect(page.get('.attention a').attributes('href')).toBe('/rollouts/r1')
    expect(page.text()).toContain('something new')
    expect(page.get('.rollouts').text()).toContain('Stage 1 of 3')
    page.unmount()
  })

  it('links what devices are given wrongly to the page that says what to change', async () => {
    answers['GET /v1/overview'] = {
      ...NOTHING,
      attention: [{ kind: 'device-address', text: { zh: '地址不对', en: 'the address is wrong' } }],
    }
    const { page } = await show(OverviewPage)
    expect(page.get('.attention a').text()).toBe('the address is wrong')
    expect(page.get('.attention a').attributes('href')).toBe('/settings/reach')
    page.unmount()
  })

  it('requests nothing that only administrators may read', async () => {
    start.user.role = 'user'
    answers['GET /v1/overview'] = { ...NOTHING, devices: 3 }
    await begin()
    const { page } = await show(OverviewPage)
    expect(calls.some((each) => each.path === '/v1/overview/check-ins')).toBe(false)
    page.unmount()
  })

  it('can be retried after an error', async () => {
    answers['GET /v1/overview'] = new Refusal(503, 'Still counting; try again in a moment')
    const { page } = await show(OverviewPage)
    expect(page.get('[role=alert]').text()).toContain('Still counting')
    expect(page.text()).toContain('Try again')
    page.unmount()
  })
})
