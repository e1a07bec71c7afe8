import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Refusal, server, settled, show, type Call } from '../help'
import { i18n } from '@/i18n'
import { begin } from '@/lib/session'
import KeysTab from '@/pages/settings/KeysTab.vue'
import UsersTab from '@/pages/settings/UsersTab.vue'
import WebhooksTab from '@/pages/settings/WebhooksTab.vue'

const answers: Record<string, unknown> = {}
let calls: Call[]
const ADA = { id: 'a1', username: 'ada', role: 'admin', admin: true, trusted: true, disabled: false }

beforeEach(async () => {
  i18n.global.locale.value = 'en'
  for (const each of Object.keys(answers)) {
    delete answers[each]
  }
  answers['GET /v1/console/start'] = {
    version: '1',
    captcha: false,
    registration: 'open',
    unclaimed: false,
    provider: '',
  publicUrl: '',
    user: ADA,
  }
  calls = server(answers)
  await begin()
})

afterEach(() => {
  document.body.innerHTML = ''
  vi.unstubAllGlobals()
})

const everything = (): string => document.body.textContent ?? ''
const button = (text: string): HTMLButtonElement =>
  [...document.querySelectorAll('button')].find((each) => each.textContent?.trim() === text) ??
  document.createElement('button')

async function press(text: string): Promise<void> {
  button(text).click()
  await settled()
}

describe('API keys', () => {
  const KEY = {
    id: 'k1',
    name: 'shop <b>',
    prefix: 'sk_1234567',
    scope: 'devices',
    createdAt: '2026-08-01T00:00:00Z',
    lastUsedAt: null,
    lastUsedFrom: null,
  }

  it('are shown once: closing removes the secret from the page', async () => {
    const keys: object[] = []
    answers['GET /v1/api-keys'] = () => keys
    answers['POST /v1/api-keys'] = () => {
      keys.push(KEY)
      return { ...KEY, key: 'sk_1234567890secret' }
    }
    const { page } = await show(KeysTab, '/settings/keys')
    expect(everything()).toContain('No API keys yet')
    await page.get('input').setValue('shop')
    await page.get('input[value=devices]').setValue()
    await page.get('form').trigger('submit')
    await settled()
    expect(calls.at(-2)?.body).toEqual({ name: 'shop', scope: 'devices' })
    expect(everything()).toContain('sk_1234567890secret')
    expect(everything()).toContain('shop <b>')
    await press('I have saved it')
    expect(document.body.innerHTML).not.toContain('sk_1234567890secret')
    page.unmount()
    await show(KeysTab, '/settings/keys')
    expect(document.body.innerHTML).not.toContain('sk_1234567890secret')
  })

  it('show their scope and their last use', async () => {
    answers['GET /v1/api-keys'] = [{ ...KEY, lastUsedAt: '2026-08-02T00:00:00Z', lastUsedFrom: '192.0.2.7' }]
    await show(KeysTab, '/settings/keys')
    const row = document.querySelector('tbody tr')?.textContent
    expect(row).toContain('Devices')
    expect(row).toContain('from 192.0.2.7')
  })

  it('are deleted only after a confirmation with the consequences', async () => {
    answers['GET /v1/api-keys'] = [KEY]
    answers['DELETE /v1/api-keys/k1'] = {}
    await show(KeysTab, '/settings/keys')
    await press('Delete')
    expect(everything()).toContain('can no longer call the API')
    expect(calls.some((each) => each.method === 'DELETE')).toBe(false)
    document.querySelector<HTMLButtonElement>('.el-message-box .el-button--danger')?.click()
    await settled()
    expect(calls.some((each) => each.path === '/v1/api-keys/k1' && each.method === 'DELETE')).toBe(true)
  })

  it('show the server’s reason if none is created', async () => {
    answers['GET /v1/api-keys'] = []
    answers['POST /v1/api-keys'] = new Refusal(409, 'At most 50 API keys per account')
    const { page } = await show(KeysTab, '/settings/keys')
    await page.get('input').setValue('one more')
    await page.get('form').trigger('submit')
    await settled()
    expect(everything()).toContain('At most 50 API keys per account')
  })
})

describe('users', () => {
  const BOB = { id: 'b2', username: 'bob', admin: false, trusted: false, disabled: false, secondFactor: false, createdAt: '' }

  it('get a new password that is shown once', async () => {
    answers['GET /v1/users'] = [BOB]
    answers['POST /v1/users/b2/reset-password'] = { logins: 2, apiKeys: 1, providerLinkRemoved: true }
    await show(UsersTab, '/settings/users')
    await press('Reset password')
    expect(everything()).toContain('all API keys and the link to the sign-in provider become invalid at once')
    document.querySelector<HTMLButtonElement>('.el-message-box .el-button--danger')?.click()
    await settled()
    const sent = calls.find((each) => each.method === 'POST')?.body as { password: string }
    expect(sent.password.length).toBeGreaterThanOrEqual(16)
    expect(document.querySelector('[data-secret]')?.textContent).toBe(sent.password)
    expect(everything()).toContain('Sign-ins ended: 2. API keys revoked: 1. The link to the sign-in provider has been removed.')
    await press('I have saved it')
    expect(document.body.innerHTML).not.toContain(sent.password)
  })

  it('are requested by administrators only', async () => {
    answers['GET /v1/console/start'] = { user: { ...ADA, role: 'user' } }
    await begin()
    await show(UsersTab, '/settings/users')
    expect(everything()).toContain('Only administrators see this page')
    expect(calls.some((each) => each.path === '/v1/users')).toBe(false)
  })
})

describe('webhooks', () => {
  it('are created by a form that shows the secret once', async () => {
    answers['GET /v1/webhooks'] = []
    answers['POST /v1/webhooks'] = (call: Call) => ({
      id: 'w1',
      offReason: null,
      ...(call.body as object),
      secret: 'topsecret',
    })
    const { router } = await show(WebhooksTab, '/settings/webhooks')
    await press('New webhook')
    await press('Save')
    expect(everything()).toContain('must begin with http:// or https://')
    const url = document.querySelector<HTMLInputElement>('.el-dialog input[type=url]')
    if (url) {
      url.value = 'https://hooks.example/x'
      url.dispatchEvent(new Event('input'))
    }
    await settled()
    await press('Save')
    expect(calls.find((each) => each.method === 'POST')?.body).toEqual({
      url: 'https://hooks.example/x',
      types: [],
      rolloutId: '',
      active: true,
      everyAccount: false,
    })
    expect(document.querySelector('[data-secret]')?.textContent).toBe('topsecret')
    await press('I have saved it')
    expect(document.body.innerHTML).not.toContain('topsecret')
    expect(router.currentRoute.value.path).toBe('/settings/webhooks/w1')
  })

  it('mark the field that the server refuses', async () => {
    answers['GET /v1/webhooks'] = []
    answers['POST /v1/webhooks'] = new Refusal(400, 'url: must not point into a private network', {
      field: 'url',
    })
    await show(WebhooksTab, '/settings/webhooks')
    await press('New webhook')
    const url = document.querySelector<HTMLInputElement>('.el-dialog input[type=url]')
    if (url) {
      url.value = 'http://10.0.0.1/'
      url.dispatchEvent(new Event('input'))
    }
    await settled()
    await press('Save')
    expect(url?.getAttribute('aria-invalid')).toBe('true')
    expect(everything()).toContain('must not point into a private network')
  })
})
