import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Refusal, server, settled, show, type Call } from '../help'
import { i18n } from '@/i18n'
import SecondFactorTab from '@/pages/settings/SecondFactorTab.vue'

const answers: Record<string, unknown> = {}
let calls: Call[]
const CODES = Array.from({ length: 10 }, (_, n) => `aaaa-bbbb-cccc-ddd${n}`)

beforeEach(() => {
  i18n.global.locale.value = 'en'
  for (const each of Object.keys(answers)) {
    delete answers[each]
  }
  calls = server(answers)
})

afterEach(() => {
  document.body.innerHTML = ''
  vi.unstubAllGlobals()
})

describe('the second factor', () => {
  it('is set up with a QR code and shows recovery codes once', async () => {
    answers['GET /v1/second-factor'] = { on: false, recoveryCodes: 0 }
    answers['POST /v1/second-factor'] = { secret: 'ABCDEFGHIJKLMNOP', uri: 'otpauth://totp/Slipway:bob?secret=ABCDEFGHIJKLMNOP' }
    answers['POST /v1/second-factor/confirm'] = new Refusal(400, 'totp: is wrong', { field: 'totp' })
    const { page } = await show(SecondFactorTab, '/settings/second-factor')
    await page.get('[name=password]').setValue('bob likes ponies')
    await page.get('form').trigger('submit')
    await settled()
    expect(page.find('svg[role=img]').exists()).toBe(true)
    expect(page.text()).toContain('ABCD EFGH IJKL MNOP')
    await page.get('[name=totp]').setValue('000000')
    await page.get('form').trigger('submit')
    await settled()
    expect(page.get('[name=totp]').attributes('aria-invalid')).toBe('true')
    answers['POST /v1/second-factor/confirm'] = { recoveryCodes: CODES }
    answers['GET /v1/second-factor'] = { on: true, recoveryCodes: 10 }
    await page.get('[name=totp]').setValue('123456')
    await page.get('form').trigger('submit')
    await settled()
    expect(page.findAll('.codes li').map((each) => each.text())).toEqual(CODES)
    expect(page.find('svg[role=img]').exists()).toBe(false)
    const saved = page.findAll('button').find((each) => each.text() === 'I have saved the recovery codes')
    await saved?.trigger('click')
    await settled()
    expect(page.text()).not.toContain('aaaa-bbbb')
    expect(page.text()).toContain('Two-step sign-in is on')
  })

  it('is removed with the password, and warns of few recovery codes', async () => {
    answers['GET /v1/second-factor'] = { on: true, recoveryCodes: 2 }
    answers['POST /v1/second-factor/remove'] = {}
    const { page } = await show(SecondFactorTab, '/settings/second-factor')
    expect(page.text()).toContain('Few recovery codes are left')
    await page.get('form').trigger('submit')
    await settled()
    expect(page.get('[name=password]').attributes('aria-invalid')).toBe('true')
    answers['GET /v1/second-factor'] = { on: false, recoveryCodes: 0 }
    await page.get('[name=password]').setValue('bob likes ponies')
    await page.get('form').trigger('submit')
    await settled()
    expect(calls.filter((each) => each.method === 'POST').map((each) => each.path)).toEqual(['/v1/second-factor/remove'])
    expect(page.text()).toContain('the password is enough')
  })
})
