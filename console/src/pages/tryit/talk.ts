import { reactive } from 'vue'
import { layoutOf, pack, unpack, type Layout } from './frames'
import type { Journal } from './journal'
import { answer, type About, type Knobs } from './mcp'
import type { Endpoint } from './ota'

export type Phase = 'closed' | 'connecting' | 'ready' | 'listening' | 'speaking'

export interface Line {
  who: 'person' | 'device' | 'alert'
  text: string
}

/** The part of a WebSocket that is used here. */
export interface Wire {
  binaryType: string
  bufferedAmount: number
  send: (data: string | Uint8Array<ArrayBuffer>) => void
  close: () => void
  onopen: ((e: never) => void) | null
  onmessage: ((e: MessageEvent<unknown>) => void) | null
  onclose: ((e: CloseEvent) => void) | null
}

export interface TalkParts {
  journal: Journal
  knobs: Knobs
  about: About
  dial: (url: string) => Wire
  /** A packet to play; its format was in the server's hello. */
  play: (opus: Uint8Array, sampleRate: number, frameMs: number) => void
  /** Drops what is still to be played. */
  quiet: () => void
  /** The server wants a restart. */
  reboot: () => void
}

const HELLO_MS = 10_000
const MOST_LINES = 20
/** Bytes queued for a slow network; beyond that, audio is lost, as on a device. */
const MOST_WAITING = 64 * 1024

const HELLO = {
  features: { mcp: true },
  transport: 'websocket',
  audio_params: { format: 'opus', sample_rate: 16000, channels: 1, frame_duration: 60 },
}

/** The address of a session: what devices send as headers goes into the query here. */
export function sessionUrl(endpoint: Endpoint, base: string, mac: string, clientId: string): string {
  const url = new URL(base)
  if (endpoint.token) {
    url.searchParams.set('Authorization', `Bearer ${endpoint.token}`)
  }
  url.searchParams.set('Device-Id', mac)
  if (clientId) {
    url.searchParams.set('Client-Id', clientId)
  }
  url.searchParams.set('Protocol-Version', String(endpoint.version))
  return url.href
}

function object(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null
  } catch {
    return null
  }
}

/** One voice session, as in firmware (device-contract 7). Opened on demand, never automatically. */
export class Talk {
  readonly view = reactive({
    phase: 'closed' as Phase,
    lines: [] as Line[],
    emotion: 'neutral',
    framesUp: 0,
    framesDown: 0,
  })

  private wire: Wire | null = null
  private layout: Layout = 1
  private sessionId = ''
  private mode: 'manual' | 'auto' = 'manual'
  private sampleRate = 24_000
  private frameMs = 60
  private timer: ReturnType<typeof setTimeout> | undefined
  private born = 0

  constructor(private readonly parts: TalkParts) {}

  /** Resolves when the server has said hello, or the socket is closed: see `view.phase`. */
  open(url: string, version: number): Promise<void> {
    this.close()
    const { journal } = this.parts
    this.layout = layoutOf(version)
    this.sessionId = ''
    this.born = Date.now()
    this.view.phase = 'connecting'
    Object.assign(this.view, { framesUp: 0, framesDown: 0, lines: [] })
    journal.text('note', 'dial', url.replace(/(Authorization=Bearer(?:\+|%20))[^&]{12,}/, (_, head: string) => `${head}…`))
    const wire = this.parts.dial(url)
    this.wire = wire
    wire.binaryType = 'arraybuffer'
    return new Promise((resolve) => {
      this.timer = setTimeout(() => {
        journal.text('note', 'no-hello', '')
        wire.close()
        this.gone(wire)
        resolve()
      }, HELLO_MS)
      wire.onopen = () => this.send({ type: 'hello', version, ...HELLO })
      wire.onclose = (e) => {
        journal.text('note', 'closed', `${e.code} ${e.reason}`.trim())
        this.gone(wire)
        resolve()
      }
      wire.onmessage = (e) => {
        if (this.wire !== wire) {
          return
        }
        if (typeof e.data !== 'string') {
          this.sound(new Uint8Array(e.data as ArrayBuffer))
        } else if (this.told(e.data)) {
          clearTimeout(this.timer)
          this.view.phase = 'ready'
          resolve()
        }
      }
    })
  }

  private gone(wire: Wire): void {
    if (this.wire === wire) {
      clearTimeout(this.timer)
      this.wire = null
      this.view.phase = 'closed'
      this.parts.quiet()
    }
  }

  // ------------------------------------------------------------ up

  private send(message: object): void {
    const text = JSON.stringify(message)
    this.parts.journal.text('up', (message as { type: string }).type, text)
    this.wire?.send(text)
  }

  private say(message: object): void {
    this.send({ session_id: this.sessionId, ...message })
  }

  /** Listens from now on: until `stop` (manual) or until the server detects the end (auto). */
  listen(mode: 'manual' | 'auto'): void {
    this.mode = mode
    this.parts.quiet()
    this.view.phase = 'listening'
    this.say({ type: 'listen', state: 'start', mode })
  }

  /** The wake word was detected: its sound is sent first. */
  woken(word: string, sound: Uint8Array[]): void {
    this.view.phase = 'listening'
    sound.forEach((opus) => this.audio(opus))
    this.say({ type: 'listen', state: 'detect', text: word })
  }

  stop(): void {
    if (this.view.phase === 'listening') {
      this.view.phase = 'ready'
      this.say({ type: 'listen', state: 'stop' })
    }
  }

  /** Asks the server to be silent; it answers with `tts stop`. */
  abort(): void {
    this.say({ type: 'abort' })
  }

  /** A packet from the microphone; sent only while the device listens. */
  audio(opus: Uint8Array): void {
    const { wire, view } = this
    if (!wire || view.phase !== 'listening' || wire.bufferedAmount > MOST_WAITING) {
      return
    }
    const frame = pack(this.layout, opus, Date.now() - this.born)
    wire.send(frame)
    view.framesUp++
    this.parts.journal.audio('up', frame.length)
  }

  /** Closes as devices do: the connection just ends. */
  close(): void {
    const wire = this.wire
    if (wire) {
      this.parts.journal.text('note', 'hung-up', '')
      wire.onclose = null
      wire.close()
      this.gone(wire)
    }
  }

  // ------------------------------------------------------------ down

  private sound(frame: Uint8Array): void {
    const { journal, play } = this.parts
    journal.audio('down', frame.length)
    this.view.framesDown++
    const opus = unpack(this.layout, frame)
    if (!opus) {
      journal.text('note', 'bad-frame', String(frame.length))
    } else if (this.view.phase === 'speaking') {
      // Firmware drops audio before `tts start`.
      play(opus, this.sampleRate, this.frameMs)
    }
  }

  /** Handles a text; true for the awaited hello. */
  private told(text: string): boolean {
    const { journal } = this.parts
    const message = object(text)
    if (!message) {
      journal.text('down', '?', text)
      return false
    }
    const type = String(message.type)
    journal.text('down', type, text)
    const field = (name: string): string => (typeof message[name] === 'string' ? (message[name] as string) : '')
    switch (type) {
      case 'hello':
        return this.hello(message)
      case 'tts':
        this.tts(field('state'), field('text'))
        break
      case 'stt':
        this.line('person', field('text'))
        break
      case 'llm':
        this.view.emotion = field('emotion') || 'neutral'
        break
      case 'mcp':
        this.mcp(message.payload)
        break
      case 'alert':
        this.line('alert', `${field('status')} ${field('message')}`.trim())
        break
      case 'system':
        if (message.command === 'reboot') {
          this.parts.reboot()
        }
        break
      default:
        journal.text('note', 'unknown', type)
    }
    return false
  }

  private hello(message: Record<string, unknown>): boolean {
    if (message.transport !== 'websocket') {
      // A null pointer in firmware (device-contract R12).
      this.parts.journal.text('note', 'would-crash', 'transport')
      return false
    }
    const given = message.audio_params
    const audio = (typeof given === 'object' && given !== null ? given : {}) as Record<string, unknown>
    this.sessionId = typeof message.session_id === 'string' ? message.session_id : ''
    this.sampleRate = typeof audio.sample_rate === 'number' ? audio.sample_rate : 24_000
    this.frameMs = typeof audio.frame_duration === 'number' ? audio.frame_duration : 60
    return this.view.phase === 'connecting'
  }

  private tts(state: string, text: string): void {
    const { view } = this
    if (state === 'start') {
      view.phase = 'speaking'
    } else if (state === 'sentence_start') {
      this.line('device', text)
    } else if (state === 'stop' && view.phase === 'speaking') {
      if (this.mode === 'auto') {
        view.phase = 'listening'
        this.say({ type: 'listen', state: 'start', mode: 'auto' })
      } else {
        view.phase = 'ready'
      }
    }
  }

  private line(who: Line['who'], text: string): void {
    const { lines } = this.view
    lines.push({ who, text })
    lines.splice(0, Math.max(0, lines.length - MOST_LINES))
  }

  private mcp(payload: unknown): void {
    const outcome = answer(payload, this.parts.knobs, this.parts.about)
    if (outcome === 'reboot') {
      this.parts.reboot()
    } else if (outcome !== 'silence') {
      this.say({ type: 'mcp', payload: outcome.reply })
    }
  }
}
