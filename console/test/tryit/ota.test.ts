import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { BadImage, readImage } from '@/pages/tryit/image'
import { Crash, isNewer, proof, reachable, readAnswer, upgrade } from '@/pages/tryit/ota'
import { image } from './fixtures'

interface Vectors {
  activation_hmac: { key_ascii: string; challenge: string; hmac_sha256_hex: string }[]
  version_is_newer: [string, string, boolean | 'crash'][]
}
const vectors = JSON.parse(readFileSync('../protocol/src/test/resources/fixtures/vectors.json', 'utf8')) as Vectors

describe('versions', () => {
  it('are compared as firmware does', () => {
    for (const [current, offered, newer] of vectors.version_is_newer) {
      if (newer === 'crash') {
        expect(() => isNewer(current, offered), `${current} ${offered}`).toThrow(Crash)
      } else {
        expect(isNewer(current, offered), `${current} ${offered}`).toBe(newer)
      }
    }
  })
})

describe('an answer', () => {
  it('is read as firmware reads it: members of another type are ignored', () => {
    const answer = readAnswer(
      '{"activation":{"code":608303,"message":"m\\n608303","challenge":"c"},"websocket":{"url":"ws://h/v1/ws/","token":"t","version":3},"firmware":{"version":"2.5.0","url":"http://h/f","force":true}}',
    )
    expect(answer).toEqual({
      code: null, message: 'm\n608303', challenge: 'c', mqtt: false,
      websocket: { url: 'ws://h/v1/ws/', token: 't', version: 3 },
      firmware: { version: '2.5.0', url: 'http://h/f', force: false },
    })
    expect(readAnswer('{}').websocket).toBeNull()
    expect(() => readAnswer('<html>')).toThrow()
  })

  it('triggers an update when it is newer or forced', () => {
    const offer = (version: string, force = 0) =>
      upgrade(readAnswer(JSON.stringify({ firmware: { version, url: 'u', force } })), '2.4.2')
    expect(offer('2.4.10')).not.toBeNull()
    expect(offer('2.4.2')).toBeNull()
    expect(offer('2.4.1', 1)).not.toBeNull()
    expect(upgrade(readAnswer('{"firmware":{"version":"9.9"}}'), '2.4.2')).toBeNull()
  })
})

describe('addresses', () => {
  it('are replaced where the page may not connect', () => {
    expect(reachable('http://h:8080/v1/firmware/x?t=1', 'http://h:8080')).toEqual({ url: 'http://h:8080/v1/firmware/x?t=1', moved: false })
    expect(reachable('https://public.example/v1/f', 'http://localhost:8080')).toEqual({ url: 'http://localhost:8080/v1/f', moved: true })
    expect(reachable('ws://h/v1/ws/', 'http://h').url).toBe('ws://h/v1/ws/')
    expect(reachable('wss://voice.example/x/', 'https://h')).toEqual({ url: 'wss://voice.example/x/', moved: false })
    expect(reachable('ws://h:8080/v1/ws/', 'https://public.example')).toEqual({ url: 'wss://public.example/v1/ws/', moved: true })
    expect(reachable('/v1/ws/', 'https://h').url).toBe('wss://h/v1/ws/')
  })
})

describe('an image', () => {
  const read = (bytes: Uint8Array, room = 4_128_768) => readImage(bytes, 'esp32s3', 'bread-compact-wifi', room)

  it('describes itself', () => {
    expect(read(image('2.5.0'))).toEqual({
      version: '2.5.0', name: 'xiaozhi', elf: 'ab'.repeat(32), compiled: 'Aug  6 2026T12:34:56Z', idf: 'v6.0.1', behaviour: 'good',
    })
  })

  it('may break devices, all or those of one board', () => {
    expect(read(image('2.5.0', { behaviour: 'crash-before-valid' })).behaviour).toBe('crash-before-valid')
    expect(read(image('2.5.0', { behaviour: 'hang', board: 'bread-compact-wifi' })).behaviour).toBe('hang')
    expect(read(image('2.5.0', { behaviour: 'hang', board: 'other' })).behaviour).toBe('good')
    expect(read(image('2.5.0', { behaviour: 'sings' })).behaviour).toBe('good')
  })

  it('is refused for the same reasons as on a device', () => {
    const flaw = (bytes: Uint8Array, room?: number): string => {
      try {
        read(bytes, room)
        return 'none'
      } catch (e) {
        return e instanceof BadImage ? e.flaw : String(e)
      }
    }
    const magic = image('2.5.0')
    magic[0] = 0x7f
    const description = image('2.5.0')
    description[32] = 0
    expect(flaw(magic)).toBe('magic')
    expect(flaw(description)).toBe('description')
    expect(flaw(image('2.5.0', { chip: 5 }))).toBe('chip')
    expect(flaw(image('2.5.0'), 1_000)).toBe('size')
    expect(flaw(new Uint8Array(100))).toBe('size')
  })
})

describe('a desktop client’s proof', () => {
  it('equals the recorded one', async () => {
    const [, vector] = vectors.activation_hmac
    const body = JSON.parse(await proof(vector?.key_ascii ?? '', 'SN-1', vector?.challenge ?? ''))
    expect(body.Payload.hmac).toBe(vector?.hmac_sha256_hex)
    expect(body.Payload.serial_number).toBe('SN-1')
  })
})
