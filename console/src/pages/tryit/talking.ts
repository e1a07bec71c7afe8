import { at } from '@/lib/base'
import { reactive, watch } from 'vue'
import clipUrl from './clip.bin?url'
import workletUrl from './microphone.worklet.js?url'
import { readClip, type Clip } from './frames'
import type { Journal } from './journal'
import type { About, Knobs } from './mcp'
import { canPlay, FRAME_MS, Microphone, obstacle, Speaker, type Obstacle } from './opus'
import { reachable, type Endpoint } from './ota'
import { sessionUrl, Talk, type Wire } from './talk'

export interface TalkingParts {
  journal: Journal
  knobs: Knobs
  about: About
  /** The endpoint and identity; null while the device has no session address yet. */
  door: () => { endpoint: Endpoint; mac: string; clientId: string } | null
  reboot: () => void
}

/** Silence sent after the recording if the server must detect its end. */
const AFTER_CLIP_MS = 1_500

/** A session with a person: microphone or recording up, loudspeaker down. */
export function useTalking(parts: TalkingParts) {
  const sound = reactive({
    /** Why the recording is used instead of the microphone. */
    obstacle: null as Obstacle | null,
    canPlay: false,
    held: false,
    microphone: false,
    playingClip: false,
    heard: { frames: 0, seconds: 0, peak: 0 },
  })
  let microphone: Microphone | null = null
  let speaker: Speaker | null = null
  let clip: Clip | null = null
  let run = 0

  const talk = new Talk({
    ...parts,
    dial: (url) => new WebSocket(url) as unknown as Wire,
    play(opus, sampleRate, frameMs) {
      sound.heard.frames++
      if (!sound.canPlay) {
        return
      }
      speaker ??= new Speaker(sampleRate, frameMs, ({ seconds, peak }) => {
        sound.heard.seconds += seconds
        sound.heard.peak = Math.max(sound.heard.peak, peak)
      })
      speaker.volume(parts.knobs.volume)
      speaker.take(opus)
    },
    quiet() {
      speaker?.close()
      speaker = null
    },
    reboot: parts.reboot,
  })

  void obstacle().then((found) => (sound.obstacle = found))
  void canPlay().then((found) => (sound.canPlay = found))
  watch(() => talk.view.phase, (phase) => phase === 'closed' && void silent())

  async function silent(): Promise<void> {
    run++
    sound.held = false
    sound.playingClip = false
    sound.microphone = false
    const open = microphone
    microphone = null
    await open?.close()
  }

  async function connected(): Promise<boolean> {
    if (talk.view.phase === 'closed') {
      const door = parts.door()
      if (!door) {
        return false
      }
      const { url, moved } = reachable(door.endpoint.url || at('/v1/ws/'), location.origin)
      if (moved) {
        parts.journal.text('note', 'moved', door.endpoint.url)
      }
      await talk.open(sessionUrl(door.endpoint, url, door.mac, door.clientId), door.endpoint.version)
    }
    return !['closed', 'connecting'].includes(talk.view.phase)
  }

  /** Turns on the microphone, or returns the reason why not. */
  async function listening(): Promise<boolean> {
    if (sound.obstacle || microphone) {
      return microphone !== null
    }
    try {
      microphone = await Microphone.open(workletUrl, (opus) => talk.audio(opus))
      sound.microphone = true
      return true
    } catch {
      sound.obstacle = 'refused'
      return false
    }
  }

  async function recording(): Promise<Clip> {
    clip ??= readClip(new Uint8Array(await (await fetch(clipUrl)).arrayBuffer()))
    return clip
  }

  /** Sends packets at the speed of speech; false if something else started. */
  async function paced(packets: Uint8Array[]): Promise<boolean> {
    const mine = ++run
    const began = performance.now()
    for (const [i, opus] of packets.entries()) {
      await new Promise((resolve) => setTimeout(resolve, began + i * FRAME_MS - performance.now()))
      if (mine !== run || talk.view.phase !== 'listening') {
        return false
      }
      talk.audio(opus)
    }
    return true
  }

  async function playClip(mode: 'manual' | 'auto'): Promise<void> {
    const { question, silence } = await recording()
    sound.playingClip = true
    try {
      const rest = mode === 'auto' ? Array<Uint8Array[]>(Math.ceil(AFTER_CLIP_MS / FRAME_MS / silence.length)).fill(silence).flat() : []
      if ((await paced([...question, ...rest])) && mode === 'manual') {
        talk.stop()
      }
    } finally {
      sound.playingClip = false
    }
  }

  /** The button is pressed: from now on the device listens. */
  async function press(): Promise<void> {
    if (sound.held || sound.playingClip) {
      return
    }
    sound.held = true
    if (talk.view.phase === 'speaking') {
      talk.abort()
    }
    const heard = await listening()
    if (!(await connected())) {
      sound.held = false
      return
    }
    sound.heard = { frames: 0, seconds: 0, peak: 0 }
    if (!heard) {
      // The recording is played to its end, however long the button is held.
      sound.held = false
      talk.listen('manual')
      await playClip('manual')
    } else if (sound.held) {
      talk.listen('manual')
    }
  }

  function release(): void {
    if (sound.held) {
      sound.held = false
      talk.stop()
    }
  }

  /** The wake word: from then on the server detects the end of each sentence. */
  async function wake(): Promise<void> {
    const heard = await listening()
    if (!(await connected())) {
      return
    }
    if (talk.view.phase === 'speaking') {
      talk.abort()
    }
    sound.heard = { frames: 0, seconds: 0, peak: 0 }
    talk.woken('你好小智', (await recording()).wakeWord)
    talk.listen('auto')
    if (!heard) {
      await playClip('auto')
    }
  }

  return {
    sound,
    view: talk.view,
    press,
    release,
    wake,
    abort: () => talk.abort(),
    hangUp: () => talk.close(),
    /** The device is switched off: its screen is cleared. */
    async close(): Promise<void> {
      talk.close()
      Object.assign(talk.view, { lines: [], emotion: 'neutral', framesUp: 0 })
      sound.heard = { frames: 0, seconds: 0, peak: 0 }
      await silent()
      speaker?.close()
      speaker = null
    },
  }
}
