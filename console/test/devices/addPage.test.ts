import { flushPromises } from '@vue/test-utils'
import { afterEach, describe, expect, it, vi } from 'vitest'
import AddPage from '@/pages/devices/AddPage.vue'
import { at, ok, server } from './page'

afterEach(() => {
  vi.unstubAllGlobals()
  document.body.innerHTML = ''
})

const agents = { 'GET /xiaozhi/agent/list': () => ok([]), 'GET /v1/nearby': () => ok([]) }

describe('adding a device by its code', () => {
  it('shows the board before it binds', async () => {
    const asked = server({
      ...agents,
      'GET /xiaozhi/agent/a1': () => ok({ id: 'a1', agentName: 'Kitchen' }),
      'GET /v1/devices/code/043150': () => ok({ board: 'bread-compact-wifi' }),
      'POST /xiaozhi/device/bind/a1/043150': () => ok({ macAddress: 'd4:06:06:b6:a9:fa' }),
    })
    const page = await at(AddPage, '/devices/add?agent=a1')
    const input = page.get<HTMLInputElement>('#code')
    await input.setValue('043150')
    expect(input.element.value).toBe('043 150')
    expect(asked.some((each) => each.includes('/code/'))).toBe(false)
    await page.get('form').trigger('submit')
    await flushPromises()
    expect(page.text()).toContain('bread-compact-wifi')
    expect(asked.some((each) => each.startsWith('POST'))).toBe(false)
    await page.get('form').trigger('submit')
    await flushPromises()
    expect(page.text()).toContain('d4:06:06:b6:a9:fa is bound')
  })

  it('accepts the device’s text from the clipboard, and looks it up at once', async () => {
    server({ ...agents, 'GET /v1/devices/code/608303': () => ok({ board: 'box-3' }) })
    const page = await at(AddPage, '/devices/add')
    const clipboardData = { getData: () => 'https://console.example\n608303' }
    await page.get('#code').trigger('paste', { clipboardData })
    await flushPromises()
    expect(page.get<HTMLInputElement>('#code').element.value).toBe('608 303')
    expect(page.text()).toContain('box-3')
  })

  it('does not send incomplete codes, and shows the server’s reason for a wrong one', async () => {
    const asked = server({
      ...agents,
      'GET /v1/devices/code/111111': () => [400, { code: 400, msg: 'The code is wrong or already used', data: null }],
    })
    const page = await at(AddPage, '/devices/add')
    await page.get('#code').setValue('11111')
    await page.get('form').trigger('submit')
    expect(asked.some((each) => each.includes('/code/'))).toBe(false)
    await page.get('#code').setValue('111111')
    await page.get('form').trigger('submit')
    await flushPromises()
    expect(page.text()).toContain('The code is wrong or already used')
    // Another code, another question.
    await page.get('#code').setValue('111112')
    expect(page.text()).not.toContain('The code is wrong')
  })

  it('asks for the captcha when the server does', async () => {
    server({
      ...agents,
      'GET /v1/devices/code/111111': () => [403, { code: 403, msg: 'Wrong captcha', data: { captchaRequired: true } }],
    })
    const page = await at(AddPage, '/devices/add')
    expect(page.find('img').exists()).toBe(false)
    await page.get('#code').setValue('111111')
    await page.get('form').trigger('submit')
    await flushPromises()
    expect(page.get('img').attributes('src')).toContain('/xiaozhi/user/captcha?uuid=')
  })
})
