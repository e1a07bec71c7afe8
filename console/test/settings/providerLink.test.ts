import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Refusal, server, settled, show, type Call } from '../help'
import { i18n } from '@/i18n'
import ProviderLink from '@/pages/settings/parts/ProviderLink.vue'

const answers: Record<string, unknown> = {}
let calls: Call[]

beforeEach(() => {
  i18n.global.locale.value = 'en'
  calls = server(answers)
})

afterEach(() => {
  document.body.innerHTML = ''
  vi.unstubAllGlobals()
})

describe('the link to the sign-in provider', () => {
  it('asks for the password and shows that it is wrong', async () => {
    answers['GET /v1/provider'] = { name: 'Example', linked: false }
    answers['POST /v1/provider/link'] = new Refusal(400, 'password: is wrong', { field: 'password' })
    const { page } = await show(ProviderLink, '/settings/account')
    await page.get('form').trigger('submit')
    await settled()
    expect(calls.some((each) => each.method === 'POST')).toBe(false)
    await page.get('[name=password]').setValue('bob likes ponies')
    await page.get('form').trigger('submit')
    await settled()
    expect(calls.find((each) => each.method === 'POST')?.body).toEqual({ password: 'bob likes ponies' })
    expect(page.get('[name=password]').attributes('aria-invalid')).toBe('true')
  })

  it('is removed without it', async () => {
    answers['GET /v1/provider'] = { name: 'Example', linked: true }
    const { page } = await show(ProviderLink, '/settings/account')
    expect(page.find('[name=password]').exists()).toBe(false)
    expect(page.text()).toContain('Remove the link')
  })
})
