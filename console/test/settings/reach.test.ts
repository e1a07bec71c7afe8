import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { server, settled, show, type Call } from '../help'
import { i18n } from '@/i18n'
import { begin } from '@/lib/session'
import ReachTab from '@/pages/settings/ReachTab.vue'
import { configurations, otaOf, urls, type Reach } from '@/pages/settings/reach'

const REACH: Reach = {
  used: 'https://h.example:8443',
  host: 'h.example',
  headers: [{ name: 'X-Forwarded-For', value: '192.0.2.1 <b>' }],
  proxy: '172.17.0.1',
  trusted: false,
  called: 'http://h.example',
  publicUrl: '',
  devices: {
    ota: 'http://h.example/v1/ota/',
    activate: 'http://h.example/v1/ota/activate',
    websocket: 'ws://h.example/v1/ws/',
    mqtt: null,
    firmware: 'http://h.example/v1/firmware/',
  },
  lan: [{ network: 'eth0', address: '192.168.1.5', ota: 'http://192.168.1.5:8080/v1/ota/' }],
  findings: [
    {
      kind: 'address',
      broken: true,
      text: { zh: '地址不一致', en: 'The addresses differ' },
      todo: { zh: '改代理', en: 'Change the proxy' },
    },
  ],
}

let calls: Call[]

beforeEach(async () => {
  i18n.global.locale.value = 'en'
  const user = { id: 'a1', username: 'ada', role: 'admin', admin: true, trusted: true, disabled: false }
  calls = server({
    'GET /v1/console/start': {
      version: '1',
      captcha: false,
      registration: 'open',
      unclaimed: false,
      provider: '',
      publicUrl: '',
      user,
    },
    'GET /v1/system/reach': REACH,
  })
  await begin()
})

afterEach(() => {
  document.body.innerHTML = ''
  vi.unstubAllGlobals()
})

describe('how devices reach this server', () => {
  it('shows the exact URLs, what is wrong, and what to do, in both languages', async () => {
    await show(ReachTab)
    await settled()
    expect(calls.at(-1)?.query).toEqual({ address: location.origin })
    const page = (): string => document.body.textContent ?? ''
    for (const each of ['The addresses differ', 'Change the proxy', 'ws://h.example/v1/ws/', '192.0.2.1 <b>']) {
      expect(page()).toContain(each)
    }
    expect(page()).toContain('h1-case-adjust')
    expect(page()).not.toContain('Devices are given the address that you are using')
    expect(document.querySelector('svg[role=img]')?.getAttribute('aria-label')).toBe('QR code of the OTA address')
    i18n.global.locale.value = 'zh'
    await settled()
    expect(page()).toContain('地址不一致')
  })

  it('gives an address of this machine where the one in use means only itself', () => {
    expect(otaOf(REACH)).toBe('http://h.example/v1/ota/')
    const local = { ...REACH, devices: { ...REACH.devices, ota: 'http://localhost:8080/v1/ota/' } }
    expect(otaOf(local)).toBe('http://192.168.1.5:8080/v1/ota/')
    expect(otaOf({ ...local, lan: undefined })).toBeNull()
  })

  it('lists the MQTT gateway in place of the WebSocket', () => {
    const mqtt = { ...REACH, devices: { ...REACH.devices, websocket: null, mqtt: 'mqtt.example:8883' } }
    expect(urls(mqtt).map(([name]) => name)).toEqual(['ota', 'activate', 'mqtt', 'firmware'])
  })

  it('puts the server’s own name into the configurations', () => {
    const texts = (origin: string): string => configurations(origin).map(([, text]) => text).join('')
    expect(texts('https://slipway.example.net')).toContain('server_name slipway.example.net;')
    expect(texts('https://slipway.example.net')).not.toContain('voice.example.com')
    for (const origin of ['http://slipway.example.net', 'https://192.168.1.5', 'https://localhost']) {
      expect(texts(origin)).toContain('voice.example.com')
    }
  })
})
