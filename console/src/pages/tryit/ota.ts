import { MAGIC } from './image'

/** One request of the device and its answer, as on the wire. */
export interface Exchange {
  id: number
  at: number
  method: 'POST' | 'GET'
  url: string
  headers: Record<string, string>
  body: string
  /** 0 until there is an answer, or if there was none. */
  status: number
  answerHeaders: Record<string, string>
  answer: string
  error: string
  ms: number
}

export interface Endpoint {
  url: string
  token: string
  version: number
}

/** What firmware reads from a reply. */
export interface OtaAnswer {
  code: string | null
  message: string | null
  challenge: string | null
  websocket: Endpoint | null
  mqtt: boolean
  firmware: { version: string; url: string; force: boolean } | null
}

type Fields = Record<string, unknown>

const section = (root: Fields, name: string): Fields | null => {
  const value = root[name]
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : null
}
const text = (from: Fields | null, name: string): string | null => {
  const value = from?.[name]
  return typeof value === 'string' ? value : null
}

/** Parses a reply as firmware does: a value of an unexpected type is ignored. */
export function readAnswer(body: string): OtaAnswer {
  const root = JSON.parse(body) as Fields
  const activation = section(root, 'activation')
  const websocket = section(root, 'websocket')
  const firmware = section(root, 'firmware')
  const version = text(firmware, 'version')
  const url = text(firmware, 'url')
  return {
    code: text(activation, 'code'),
    message: text(activation, 'message'),
    challenge: text(activation, 'challenge'),
    websocket: websocket && {
      url: text(websocket, 'url') ?? '',
      token: text(websocket, 'token') ?? '',
      version: typeof websocket.version === 'number' ? websocket.version : 1,
    },
    mqtt: section(root, 'mqtt') !== null,
    firmware: version !== null && url !== null ? { version, url, force: firmware?.force === 1 } : null,
  }
}

/** A version at which real firmware crashes (device-contract R1). */
export class Crash extends Error {}

function segments(version: string): number[] {
  const parts = version.split('.')
  // As std::getline: nothing follows the last dot.
  if (parts.at(-1) === '') {
    parts.pop()
  }
  return parts.map((part) => {
    const digits = /^\s*([+-]?\d+)/.exec(part)?.[1]
    const value = Number(digits)
    if (digits === undefined || value > 0x7fffffff || value < -0x80000000) {
      throw new Crash(version)
    }
    return value
  })
}

/** Whether firmware considers `offered` newer than its own version (device-contract 3). */
export function isNewer(current: string, offered: string): boolean {
  const [ours, theirs] = [segments(current), segments(offered)]
  for (let i = 0; i < Math.min(ours.length, theirs.length); i++) {
    const [a, b] = [ours[i] ?? 0, theirs[i] ?? 0]
    if (a !== b) {
      return b > a
    }
  }
  return theirs.length > ours.length
}

/** The version and address to install, if the reply makes firmware do so. */
export function upgrade(answer: OtaAnswer, current: string): { version: string; url: string } | null {
  const { firmware } = answer
  if (!firmware) {
    return null
  }
  const newer = isNewer(current, firmware.version)
  return newer || firmware.force ? firmware : null
}

/**
 * How the browser can reach an address that a device was given. A page may only call its own
 * server, which has another name if `public.url` differs; sockets may go anywhere, but not
 * unencrypted from an encrypted page.
 */
export function reachable(url: string, origin: string): { url: string; moved: boolean } {
  const here = new URL(origin)
  const target = new URL(url, origin.replace(/^http/, url.startsWith('/') ? 'ws' : 'http'))
  const socket = target.protocol.startsWith('ws')
  const moved = socket
    ? here.protocol === 'https:' && target.protocol === 'ws:'
    : target.origin !== here.origin
  const there = socket ? here.origin.replace(/^http/, 'ws') : here.origin
  return { url: moved ? there + target.pathname + target.search : target.href, moved }
}

const PATIENCE_MS = 30_000
const MOST_ANSWER = 8_192

let exchanges = 0

/**
 * Sends a request as a device does: without the browser's cookies, and never following a redirect.
 */
export async function ask(
  url: string,
  headers: Record<string, string>,
  body: string,
  seen: (exchange: Exchange) => void,
  signal: AbortSignal,
): Promise<Exchange> {
  const exchange: Exchange = {
    id: ++exchanges, at: Date.now(), method: 'POST', url, headers, body,
    status: 0, answerHeaders: {}, answer: '', error: '', ms: 0,
  }
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers,
      // Bytes, not text: some bodies are not UTF-8.
      body: Uint8Array.from(body, (each) => each.charCodeAt(0)),
      credentials: 'omit',
      cache: 'no-store',
      redirect: 'error',
      signal: AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]),
    })
    exchange.answer = (await response.text()).slice(0, MOST_ANSWER)
    exchange.status = response.status
    exchange.answerHeaders = Object.fromEntries(response.headers)
  } catch (e) {
    signal.throwIfAborted()
    exchange.error = e instanceof Error ? e.message : String(e)
  }
  exchange.ms = Date.now() - exchange.at
  seen(exchange)
  return exchange
}

export type DownloadFlaw = 'status' | 'length' | 'room' | 'magic' | 'cut'

export class DownloadFailed extends Error {
  constructor(
    readonly flaw: DownloadFlaw,
    readonly detail: string = '',
  ) {
    super(flaw)
  }
}

/**
 * Downloads an image as firmware does: 200 with a length that fits the slot, the first byte
 * checked on arrival.
 * @param room bytes of the slot
 * @param progress receives the bytes so far and in total
 */
export async function download(
  url: string,
  room: number,
  progress: (done: number, all: number) => void,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const response = await fetch(url, { credentials: 'omit', cache: 'no-store', redirect: 'error', signal })
  if (response.status !== 200 || !response.body) {
    throw new DownloadFailed('status', String(response.status))
  }
  const all = Number(response.headers.get('Content-Length') ?? 0)
  if (!(all > 0)) {
    throw new DownloadFailed('length')
  }
  if (all > room) {
    throw new DownloadFailed('room', String(all))
  }
  const image = new Uint8Array(all)
  const reader = response.body.getReader()
  let done = 0
  for (;;) {
    const part = await reader.read()
    if (part.done) {
      break
    }
    if (done + part.value.length > all) {
      throw new DownloadFailed('length')
    }
    image.set(part.value, done)
    if (done === 0 && image[0] !== MAGIC) {
      await reader.cancel()
      throw new DownloadFailed('magic')
    }
    done += part.value.length
    progress(done, all)
  }
  if (done < all) {
    throw new DownloadFailed('cut', `${done}/${all}`)
  }
  return image
}

/** The proof of a desktop client: HMAC of the challenge, with the text of its key as key. */
export async function proof(key: string, serial: string, challenge: string): Promise<string> {
  const bytes = new TextEncoder()
  // Cryptography requires a secure context; without it, the server waits for the code.
  if (!crypto.subtle) {
    return '{}'
  }
  const hmac = await crypto.subtle.importKey('raw', bytes.encode(key), { name: 'HMAC', hash: 'SHA-256' }, false, ['sign'])
  const signed = new Uint8Array(await crypto.subtle.sign('HMAC', hmac, bytes.encode(challenge)))
  const text = [...signed].map((each) => each.toString(16).padStart(2, '0')).join('')
  return JSON.stringify({ Payload: { algorithm: 'hmac-sha256', serial_number: serial, challenge, hmac: text } })
}
