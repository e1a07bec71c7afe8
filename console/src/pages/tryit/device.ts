import { reactive } from 'vue'
import { install, markValid, onTrial, running, start } from './flash'
import { BadImage, readImage, type Behaviour, type Build } from './image'
import type { Memory } from './memory'
import {
  ask, Crash, download, DownloadFailed, proof, reachable, readAnswer, upgrade,
  type Exchange, type OtaAnswer,
} from './ota'
import { checkInBody, headersOf, preset, slotLabel, type Preset } from './presets'

export type State =
  | 'off' | 'starting' | 'checking' | 'waiting' | 'upgrading' | 'idle'
  /** Does nothing until it is powered off. */
  | 'hanging'
  /** Never comes back. */
  | 'lost'
  /** Gave up after ten failed checks. */
  | 'failed'

/** How the next firmware behaves here, regardless of the image. */
export type Fate = 'as-built' | 'crash' | 'gone'

/** A line of the device's own log: a text's name and its parameters. */
export interface Note {
  id: number
  at: number
  name: string
  detail: Record<string, string | number>
}

export interface DeviceParts {
  memory: Memory
  save: () => void
  /** This server's address, without a slash at its end. */
  origin: string
  /** Resolves early when the signal is aborted. */
  sleep: (ms: number, signal: AbortSignal) => Promise<void>
  seen: (exchange: Exchange) => void
  /** Speaks the code. */
  announce: (code: string) => void
}

const TRIES = 10
const FIRST_BACK_OFF_MS = 10_000
const POLLS = 10
const AFTER_PENDING_MS = 3_000
const AFTER_ERROR_MS = 10_000
const DESKTOP_POLLS = 60
const DESKTOP_INTERVAL_MS = 5_000
const BOOT_MS = 1_500
const CRASH_LATER_MS = 5_000
const MOST_NOTES = 200

type End = 'reboot' | 'stay'

/**
 * A device from power-on until it is ready to talk, step by step as firmware does (device-contract
 * 2 to 4, 9).
 */
export class Device {
  readonly face = reactive({
    state: 'off' as State,
    code: '',
    message: '',
    progress: null as { done: number; all: number } | null,
    fate: 'as-built' as Fate,
    notes: [] as Note[],
  })

  private life = new AbortController()
  private ids = 0

  constructor(private readonly parts: DeviceParts) {}

  get kind(): Preset {
    return preset(this.parts.memory.preset)
  }

  get build(): Build {
    return running(this.parts.memory.flash)
  }

  get slot(): string {
    return slotLabel(this.kind, this.parts.memory.flash.running)
  }

  /** The body of a check-in with the current values. */
  body(): string {
    const { memory } = this.parts
    return checkInBody(this.kind, memory.identity, this.build, memory.flash.running)
  }

  note(name: string, detail: Note['detail'] = {}): void {
    const { notes } = this.face
    notes.push({ id: ++this.ids, at: Date.now(), name, detail })
    notes.splice(0, Math.max(0, notes.length - MOST_NOTES))
  }

  // ------------------------------------------------------------ power

  /** Power comes on, or it restarts. Resolves when it is up, has given up or is off again. */
  async power(): Promise<void> {
    this.cut()
    const life = new AbortController()
    this.life = life
    try {
      while ((await this.boot(life.signal)) === 'reboot') {
        await this.pause(BOOT_MS, life.signal)
      }
    } catch (e) {
      if (!life.signal.aborted) {
        throw e
      }
    }
  }

  /** Power is lost. */
  off(): void {
    this.cut()
    if (this.face.state !== 'off') {
      this.note('off')
    }
    this.face.state = 'off'
  }

  private cut(): void {
    this.life.abort()
    Object.assign(this.face, { code: '', message: '', progress: null })
  }

  private async pause(ms: number, signal: AbortSignal): Promise<void> {
    await this.parts.sleep(ms, signal)
    signal.throwIfAborted()
  }

  private async boot(signal: AbortSignal): Promise<End> {
    const { memory, save } = this.parts
    const { face } = this
    if (face.fate === 'gone' && memory.flash.next !== memory.flash.running) {
      face.state = 'lost'
      this.note('lost')
      return 'stay'
    }
    const how = start(memory.flash)
    save()
    Object.assign(face, { state: 'starting', code: '', message: '', progress: null })
    this.note(`boot-${how}`, { version: this.build.version, slot: this.slot })
    await this.pause(BOOT_MS, signal)
    switch (this.behaviour()) {
      case 'crash-before-valid':
        this.note('crash', { version: this.build.version })
        return 'reboot'
      case 'hang':
        face.state = 'hanging'
        this.note('hang')
        return 'stay'
      default:
        return this.checkIns(signal)
    }
  }

  private behaviour(): Behaviour {
    const trial = onTrial(this.parts.memory.flash)
    return trial && this.face.fate === 'crash' ? 'crash-before-valid' : this.build.behaviour
  }

  // ------------------------------------------------------------ check-in

  private async checkIns(signal: AbortSignal): Promise<End> {
    const { face } = this
    const { memory, save } = this.parts
    let failures = 0
    let backOff = FIRST_BACK_OFF_MS
    for (;;) {
      face.state = 'checking'
      const answer = await this.checkIn(signal)
      if (answer === 'crash') {
        return 'reboot'
      }
      if (!answer) {
        if (++failures === TRIES) {
          face.state = 'failed'
          this.note('gave-up')
          return 'stay'
        }
        this.note('retry', { seconds: backOff / 1_000 })
        await this.pause(backOff, signal)
        backOff *= 2
        continue
      }
      failures = 0
      backOff = FIRST_BACK_OFF_MS
      memory.endpoint = answer.websocket ?? memory.endpoint
      save()
      if (answer.mqtt) {
        this.note('mqtt')
      }
      const end = await this.update(answer, signal)
      if (end) {
        return end
      }
      if (this.kind.wait === 'none' || (answer.code === null && answer.challenge === null)) {
        return this.ready(signal)
      }
      await this.waits(answer, signal)
      if (this.kind.wait === 'desktop') {
        return 'stay'
      }
    }
  }

  private async checkIn(signal: AbortSignal): Promise<OtaAnswer | 'crash' | null> {
    const { memory, origin, seen } = this.parts
    this.note('reports', { version: this.build.version })
    const exchange = await ask(
      `${origin}/v1/ota/`,
      headersOf(this.kind, memory.identity, false),
      this.body(),
      seen,
      signal,
    )
    signal.throwIfAborted()
    if (exchange.status !== 200) {
      this.note('check-failed', { why: exchange.error || `HTTP ${exchange.status}` })
      return null
    }
    if (onTrial(memory.flash) && this.behaviour() === 'crash-on-answer') {
      this.note('crash', { version: this.build.version })
      return 'crash'
    }
    try {
      const answer = readAnswer(exchange.answer)
      // Checked here, as in firmware: an unreadable version crashes it.
      upgrade(answer, this.build.version)
      return answer
    } catch (e) {
      this.note(e instanceof Crash ? 'would-crash' : 'check-failed', { why: e instanceof Error ? e.message : '' })
      return null
    }
  }

  private async ready(signal: AbortSignal): Promise<End> {
    this.face.state = 'idle'
    this.note('ready')
    if (this.build.behaviour === 'crash-after-valid') {
      await this.pause(CRASH_LATER_MS, signal)
      this.note('crash', { version: this.build.version })
      return 'reboot'
    }
    return 'stay'
  }

  // ------------------------------------------------------------ activation

  private async waits(answer: OtaAnswer, signal: AbortSignal): Promise<void> {
    const { face } = this
    const desktop = this.kind.wait === 'desktop'
    face.state = 'waiting'
    face.code = answer.code ?? ''
    face.message = answer.message ?? ''
    if (answer.code) {
      this.note('code', { code: answer.code })
      this.parts.announce(answer.code)
    } else {
      this.note('no-code')
    }
    for (let i = 0; i < (desktop ? DESKTOP_POLLS : POLLS); i++) {
      const status = answer.challenge === null ? 0 : await this.activate(answer.challenge, signal)
      if (status === 200) {
        this.note('activated')
        Object.assign(face, { code: '', message: '', state: 'idle' })
        return
      }
      await this.pause(desktop ? DESKTOP_INTERVAL_MS : status === 202 ? AFTER_PENDING_MS : AFTER_ERROR_MS, signal)
    }
    if (desktop) {
      face.state = 'failed'
      this.note('gave-up')
    }
  }

  private async activate(challenge: string, signal: AbortSignal): Promise<number> {
    const { memory, origin, seen } = this.parts
    const { mac, key } = memory.identity
    const serial = `SN-${key.slice(0, 8).toUpperCase()}-${mac.replaceAll(':', '')}`
    const body = this.kind.id === 'desktop' ? await proof(key, serial, challenge) : '{}'
    const headers = headersOf(this.kind, memory.identity, true)
    const exchange = await ask(`${origin}/v1/ota/activate`, headers, body, seen, signal)
    signal.throwIfAborted()
    return exchange.status
  }

  // ------------------------------------------------------------ update

  /** Installs what the reply offers; null if the device continues with its current build. */
  private async update(answer: OtaAnswer, signal: AbortSignal): Promise<End | null> {
    const { memory, save } = this.parts
    const offer = upgrade(answer, this.build.version)
    if (offer && this.kind.wait !== 'desktop') {
      this.note('offer', { version: offer.version })
      if (onTrial(memory.flash)) {
        this.note('on-trial')
      } else if (this.kind.room === 0) {
        this.note('no-slot')
      } else if (await this.fetched(offer, signal)) {
        return 'reboot'
      }
    }
    markValid(memory.flash)
    save()
    return null
  }

  private async fetched(offer: { version: string; url: string }, signal: AbortSignal): Promise<boolean> {
    const { memory, save, origin } = this.parts
    const { face, kind } = this
    face.state = 'upgrading'
    try {
      const { url, moved } = reachable(offer.url, origin)
      if (moved) {
        this.note('moved', { url: offer.url })
      }
      this.note('download', { url })
      const image = await download(url, kind.room, (done, all) => (face.progress = { done, all }), signal)
      const build = readImage(image, kind.chip, kind.board, kind.room)
      install(memory.flash, build)
      save()
      this.note('installed', { version: build.version, bytes: image.length, elf: build.elf.slice(0, 12) })
      return true
    } catch (e) {
      signal.throwIfAborted()
      const why =
        e instanceof BadImage ? `image-${e.flaw}` : e instanceof DownloadFailed ? `download-${e.flaw}` : 'download-cut'
      this.note(`failed-${why}`, { detail: e instanceof DownloadFailed ? e.detail : '' })
      return false
    } finally {
      face.progress = null
    }
  }
}
