import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { server, settled, show, type Call } from '../help'
import { i18n } from '@/i18n'
import { begin } from '@/lib/session'
import AuditTab from '@/pages/settings/AuditTab.vue'
import EventsTab from '@/pages/settings/EventsTab.vue'

let calls: Call[]

beforeEach(async () => {
  i18n.global.locale.value = 'en'
  calls = server({
    'GET /v1/console/start': { user: { id: 'a1', username: 'ada', role: 'admin' } },
    'GET /v1/audit': [],
    'GET /v1/events': [],
  })
  await begin()
})

afterEach(() => {
  document.body.innerHTML = ''
  vi.unstubAllGlobals()
})

describe('the audit log', () => {
  it('is requested and exported with the address’s filter', async () => {
    const { page } = await show(AuditTab, '/settings/audit?actor=bob&since=2026-08-01T00:00:00Z')
    const asked = calls.find((each) => each.path === '/v1/audit')
    expect(asked?.query).toMatchObject({ actor: 'bob', since: '2026-08-01T00:00:00Z', limit: '50' })
    const file = new URL(page.get('a[download]').attributes('href') ?? '', 'http://localhost')
    expect(file.pathname).toBe('/v1/audit/export')
    expect(Object.fromEntries(file.searchParams)).toEqual({
      actor: 'bob',
      since: '2026-08-01T00:00:00Z',
    })
    expect(page.text()).toContain('No entries')
    expect(page.findAll('input[type="datetime-local"]')).toHaveLength(2)
  })

  it('keeps a filter in the address', async () => {
    const { page, router } = await show(AuditTab, '/settings/audit')
    await page.get('input[type="datetime-local"]').setValue('2026-08-01T10:00')
    await settled()
    expect(router.currentRoute.value.query.since).toBe(new Date('2026-08-01T10:00').toISOString())
  })
})

describe('events', () => {
  it('are requested by the types in the address', async () => {
    const { page } = await show(EventsTab, '/settings/events?type=offered,outage')
    const asked = calls.find((each) => each.path === '/v1/events')
    expect(asked?.query).toMatchObject({ type: 'offered,outage' })
    expect(page.find('label .el-select [aria-label="Event"]').exists()).toBe(true)
    expect(page.text()).toContain('No events')
  })
})
