import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Device } from '@/pages/tryit/device'
import { fresh, load, save, type Memory } from '@/pages/tryit/memory'
import type { Exchange } from '@/pages/tryit/ota'
import { image, WHO } from './fixtures'

/** A server's next responses to check-ins, activation polls and downloads; the last one repeats. */
interface Server {
  ota: (object | number)[]
  activate: number[]
  file: Uint8Array<ArrayBuffer> | number
}

const BOUND = { websocket: { url: 'ws://h/v1/ws/', token: 't', version: 1 }, firmware: { version: '2.4.2', url: '' } }
const CODE = { activation: { code: '608303', message: 'm\n608303', challenge: 'c' }, websocket: { url: 'ws://h/v1/ws/', token: 't', version: 1 } }
const OFFER = { ...BOUND, firmware: { version: '2.5.0', url: 'http://h/fw' } }

describe('a device', () => {
  let server: Server
  let memory: Memory
  let device: Device
  let slept: number[]
  let seen: Exchange[]
  let announced: string[]

  beforeEach(() => {
    server = { ota: [BOUND], activate: [202], file: 404 }
    memory = fresh('wifi', '2.4.2', WHO)
    slept = []
    seen = []
    announced = []
    vi.stubGlobal('fetch', (url: string) => {
      const next = <T>(list: T[]): T => (list.length > 1 ? list.shift() : list[0]) as T
      if (url.endsWith('/v1/ota/')) {
        const body = next(server.ota)
        return Promise.resolve(typeof body === 'number' ? new Response('{}', { status: body }) : new Response(JSON.stringify(body)))
      }
      if (url.endsWith('/activate')) {
        return Promise.resolve(new Response('{}', { status: next(server.activate) }))
      }
      const { file } = server
      return Promise.resolve(
        typeof file === 'number'
          ? new Response('', { status: file })
          : new Response(file, { headers: { 'Content-Length': String(file.length) } }),
      )
    })
    device = new Device({
      memory,
      save: () => {},
      origin: 'http://h',
      sleep: (ms) => {
        slept.push(ms)
        // Fails instead of waiting for a device that never stops.
        if (slept.length > 60) {
          device.off()
        }
        return Promise.resolve()
      },
      seen: (each) => seen.push(each),
      announce: (code) => announced.push(code),
    })
  })
  afterEach(() => vi.unstubAllGlobals())

  const told = (): string[] => device.face.notes.map((note) => note.name)
  const reported = (): [string, string][] =>
    seen.filter((each) => each.url.endsWith('/ota/')).map((each) => {
      const body = JSON.parse(each.body) as { application: { version: string }; ota: { label: string } }
      return [body.application.version, body.ota.label]
    })

  it('that is bound is ready after one check-in', async () => {
    await device.power()
    expect(device.face.state).toBe('idle')
    expect(seen).toHaveLength(1)
    expect(memory.endpoint).toEqual({ url: 'ws://h/v1/ws/', token: 't', version: 1 })
  })

  it('shows its code, polls every 3 s and checks in again once it is bound', async () => {
    server.ota = [CODE, BOUND]
    server.activate = [202, 202, 200]
    await device.power()
    expect(announced).toEqual(['608303'])
    expect(slept.slice(1)).toEqual([3_000, 3_000])
    expect(seen.map((each) => new URL(each.url).pathname)).toEqual([
      '/v1/ota/', '/v1/ota/activate', '/v1/ota/activate', '/v1/ota/activate', '/v1/ota/',
    ])
    expect(device.face).toMatchObject({ state: 'idle', code: '' })
  })

  it('speaks its code again after ten polls, and waits longer after an error', async () => {
    server.ota = [CODE, CODE, BOUND]
    server.activate = [...Array<number>(9).fill(202), 500, 200]
    await device.power()
    expect(announced).toHaveLength(2)
    expect(slept.slice(1)).toEqual([...Array<number>(9).fill(3_000), 10_000])
  })

  it('retries with growing delays when the server fails, then gives up', async () => {
    server.ota = [500]
    await device.power()
    expect(slept.slice(1)).toEqual([10, 20, 40, 80, 160, 320, 640, 1_280, 2_560].map((s) => s * 1_000))
    expect(device.face.state).toBe('failed')
  })

  it('installs an offer, runs it from the other slot and reports it', async () => {
    server.ota = [OFFER, BOUND]
    server.file = image('2.5.0')
    await device.power()
    expect(reported()).toEqual([['2.4.2', 'ota_0'], ['2.5.0', 'ota_1']])
    expect(memory.flash.states[1]).toBe('valid')
    expect(told()).toContain('installed')
    await device.power()
    expect(reported().at(-1)).toEqual(['2.5.0', 'ota_1'])
  })

  it('rolls back when the new firmware crashes, by its own fault or a simulated one', async () => {
    server.ota = [OFFER, BOUND]
    server.file = image('2.5.0', { behaviour: 'crash-before-valid' })
    await device.power()
    expect(reported()).toEqual([['2.4.2', 'ota_0'], ['2.4.2', 'ota_0']])
    expect(told()).toEqual(expect.arrayContaining(['boot-trial', 'crash', 'boot-rolled-back']))

    server.ota = [OFFER, BOUND]
    server.file = image('2.5.0')
    device.face.fate = 'crash'
    await device.power()
    expect(reported().at(-1)).toEqual(['2.4.2', 'ota_0'])
    expect(memory.flash.states[1]).toBe('aborted')
  })

  it('rolls back when it crashes on the answer, before it is valid', async () => {
    server.ota = [OFFER, BOUND, BOUND]
    server.file = image('2.5.0', { behaviour: 'crash-on-answer' })
    await device.power()
    expect(reported()).toEqual([['2.4.2', 'ota_0'], ['2.5.0', 'ota_1'], ['2.4.2', 'ota_0']])
  })

  it('may never come back, or hang', async () => {
    server.ota = [OFFER, BOUND]
    server.file = image('2.5.0')
    device.face.fate = 'gone'
    await device.power()
    expect(device.face.state).toBe('lost')
    expect(seen).toHaveLength(1)

    memory.flash = fresh('wifi', '2.4.2', WHO).flash
    server.ota = [OFFER]
    server.file = image('2.5.0', { behaviour: 'hang' })
    device.face.fate = 'as-built'
    await device.power()
    expect(device.face.state).toBe('hanging')
    server.ota = [BOUND]
    await device.power()
    expect(reported().at(-1)).toEqual(['2.4.2', 'ota_0'])
  })

  it('that crashes later does so repeatedly', async () => {
    server.ota = [OFFER, BOUND]
    server.file = image('2.5.0', { behaviour: 'crash-after-valid' })
    await device.power()
    expect(told().filter((name) => name === 'crash').length).toBeGreaterThan(3)
    expect(reported().at(-1)).toEqual(['2.5.0', 'ota_1'])
  })

  it('keeps its firmware when the file is missing or bad', async () => {
    const bad = image('2.5.0')
    bad[0] = 1
    for (const [file, name] of [
      [404, 'failed-download-status'],
      [bad, 'failed-download-magic'],
      [image('2.5.0', { chip: 5 }), 'failed-image-chip'],
      [new Uint8Array(4_200_000).fill(0xe9), 'failed-download-room'],
    ] as const) {
      server.ota = [OFFER]
      server.file = file
      await device.power()
      expect(device.face.state).toBe('idle')
      expect(told()).toContain(name)
      expect(memory.flash.running).toBe(0)
    }
  })

  it('with one slot installs nothing, and the oldest kind has no activation', async () => {
    Object.assign(memory, fresh('oldest', '1.0.1', WHO))
    server.ota = [{ ...CODE, ...OFFER }]
    await device.power()
    expect(told()).toContain('no-slot')
    expect(device.face.state).toBe('idle')
    expect(announced).toEqual([])
  })

  it('reports an answer that would crash real firmware', async () => {
    server.ota = [{ firmware: { version: 'v2.5.0', url: 'u' } }, BOUND]
    await device.power()
    expect(told()).toContain('would-crash')
  })

  it('does nothing once it is off', async () => {
    server.ota = [CODE]
    await device.power()
    expect(device.face.state).toBe('off')
    expect(device.face.code).toBe('')
  })
})

describe('the stored state of a device', () => {
  beforeEach(() => localStorage.clear())

  it('survives a reload', () => {
    const memory = fresh('modem', '2.2.4')
    save(memory)
    expect(load()).toEqual(memory)
  })

  it('is replaced if it can’t be read', () => {
    for (const odd of ['', '{', '{}', '{"preset":"x","identity":{"mac":"no"}}', 'null']) {
      localStorage.setItem('slipway.device', odd)
      expect(load().preset, odd).toBe('wifi')
    }
  })
})
