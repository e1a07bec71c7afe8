import { describe, expect, it } from 'vitest'
import { parseMac, randomIdentity } from '@/pages/tryit/identity'
import { checkInBody, factory, headersOf, preset, PRESETS, slotLabel } from '@/pages/tryit/presets'
import { fixture, WHO } from './fixtures'

describe('a device’s request', () => {
  const sent = (id: string, who = WHO): string => {
    const kind = preset(id)
    return checkInBody(kind, who, factory(kind, kind.versions[0] ?? ''), 0)
  }

  it('equals the recordings of real devices byte for byte', () => {
    expect(sent('wifi')).toBe(fixture('firmware-2.4.2-s3-wifi.body'))
    const modem = { ...WHO, mac: 'd4:06:06:b6:a9:fb', clientId: '0d0f3a34-90be-4a40-8f4e-7ad5b1c0f201' }
    expect(sent('modem', modem)).toBe(fixture('firmware-2.4.2-ml307.body'))
    expect(sent('raw', { ...WHO, mac: 'd4:06:06:b6:a9:fd' })).toBe(fixture('firmware-2.4.2-ssid-not-escaped.body'))
    expect(sent('oldest', { ...WHO, mac: 'd4:06:06:b6:a9:fc' })).toBe(fixture('firmware-1.0.1-device-id-header-only.body'))
    expect(sent('desktop', { ...WHO, mac: '02:11:22:33:44:55' })).toBe(fixture('py-xiaozhi-2.1.1.body'))
    expect(sent('sample')).toBe(fixture('requirement-sample.body'))
  })

  it('fits one byte per character', () => {
    for (const kind of PRESETS) {
      expect([...sent(kind.id)].every((each) => each.charCodeAt(0) < 256), kind.id).toBe(true)
    }
  })

  it('names the running slot', () => {
    const kind = preset('small')
    const body = JSON.parse(checkInBody(kind, WHO, factory(kind, '2.2.4'), 1))
    expect(body.ota.label).toBe('ota_1')
    expect(body.application.version).toBe('2.2.4')
    expect(body.chip_model_name).toBe('esp32c3')
    expect(slotLabel(preset('oldest'), 0)).toBe('factory')
  })

  it('has the headers of its firmware version', () => {
    expect(headersOf(preset('wifi'), WHO, false)).toEqual({
      'Accept-Language': 'zh-CN', 'Activation-Version': '1', 'Client-Id': WHO.clientId,
      'Content-Type': 'application/json', 'Device-Id': WHO.mac,
    })
    expect(headersOf(preset('oldest'), WHO, false)).toEqual({ 'Content-Type': 'application/json', 'Device-Id': WHO.mac })
    expect(headersOf(preset('desktop'), WHO, false)['Activation-Version']).toBe('2.1.1')
    expect(headersOf(preset('desktop'), WHO, true)['Activation-Version']).toBe('2')
  })
})

describe('an identity', () => {
  it('belongs to no real device', () => {
    for (let i = 0; i < 200; i++) {
      const { mac, clientId, key } = randomIdentity()
      expect(parseInt(mac.slice(0, 2), 16) & 3).toBe(2)
      expect(parseMac(mac)).toBe(mac)
      expect(clientId).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
      expect(key).toMatch(/^[0-9a-f]{64}$/)
    }
  })

  it('accepts a MAC in any notation', () => {
    expect(parseMac(' D4-06-06-B6-A9-FA ')).toBe('d4:06:06:b6:a9:fa')
    expect(parseMac('d40606b6a9fa')).toBe('d4:06:06:b6:a9:fa')
    for (const bad of ['', 'd4:06:06:b6:a9', 'd4:06:06:b6:a9:fg', 'd4:06:06:b6:a9:fa:00']) {
      expect(parseMac(bad), bad).toBeNull()
    }
  })
})
