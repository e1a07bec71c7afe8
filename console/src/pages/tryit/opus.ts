/** Why this page can't use the microphone; null if it can. */
export type Obstacle = 'insecure' | 'no-microphone' | 'no-webcodecs' | 'no-opus' | 'refused'

const ENCODER: AudioEncoderConfig = {
  codec: 'opus',
  sampleRate: 16_000,
  numberOfChannels: 1,
  bitrate: 16_000,
  // TypeScript does not know the last two yet; browsers that don't support them ignore them.
  opus: { format: 'opus', frameDuration: 60_000, ...{ application: 'voip', usedtx: true } },
}

export const RATE = 16_000
export const FRAME_MS = 60
const FRAME = (RATE * FRAME_MS) / 1_000

const decoder = (sampleRate: number): AudioDecoderConfig => ({ codec: 'opus', sampleRate, numberOfChannels: 1 })

/** Determines what prevents using the microphone, without asking for it. */
export async function obstacle(): Promise<Obstacle | null> {
  if (!isSecureContext) {
    return 'insecure'
  }
  if (!navigator.mediaDevices?.getUserMedia || typeof AudioWorkletNode === 'undefined') {
    return 'no-microphone'
  }
  if (typeof AudioEncoder === 'undefined') {
    return 'no-webcodecs'
  }
  try {
    return (await AudioEncoder.isConfigSupported(ENCODER)).supported ? null : 'no-opus'
  } catch {
    return 'no-opus'
  }
}

/** Whether received sound can be played; otherwise frames are only counted. */
export async function canPlay(): Promise<boolean> {
  try {
    return typeof AudioDecoder !== 'undefined' && (await AudioDecoder.isConfigSupported(decoder(24_000))).supported === true
  } catch {
    return false
  }
}

/**
 * Resamples any rate into frames of 960 samples at 16 kHz: the mean over each sample's time, which
 * is good enough for speech.
 */
export class Framer {
  private readonly step: number
  private frame = new Float32Array(FRAME)
  private filled = 0
  private sum = 0
  private weight = 0

  constructor(rate: number) {
    this.step = rate / RATE
  }

  push(samples: Float32Array, take: (frame: Float32Array<ArrayBuffer>) => void): void {
    for (const sample of samples) {
      let left = 1
      // A sample may overlap two of ours or, if the source is slower, fill several.
      while (left > 0) {
        const part = Math.min(left, this.step - this.weight)
        this.sum += sample * part
        this.weight += part
        left -= part
        if (this.weight >= this.step - 1e-9) {
          this.frame[this.filled++] = this.sum / this.weight
          this.sum = 0
          this.weight = 0
          if (this.filled === FRAME) {
            take(this.frame)
            this.frame = new Float32Array(FRAME)
            this.filled = 0
          }
        }
        if (left < 1e-9) {
          left = 0
        }
      }
    }
  }
}

/** The microphone as Opus packets of 60 ms, while it is on. */
export class Microphone {
  private constructor(
    private readonly context: AudioContext,
    private readonly stream: MediaStream,
    private readonly encoder: AudioEncoder,
  ) {}

  /**
   * Requests the microphone and starts.
   * @throws Error when the person or the system refuses
   */
  static async open(worklet: string, take: (opus: Uint8Array) => void): Promise<Microphone> {
    const stream = await navigator.mediaDevices.getUserMedia({
      audio: { channelCount: 1, echoCancellation: true, noiseSuppression: true },
    })
    const context = new AudioContext()
    try {
      const encoder = new AudioEncoder({
        output: (chunk) => {
          const opus = new Uint8Array(chunk.byteLength)
          chunk.copyTo(opus)
          take(opus)
        },
        error: (e) => console.warn(e),
      })
      encoder.configure(ENCODER)
      await context.audioWorklet.addModule(worklet)
      await context.resume()
      const node = new AudioWorkletNode(context, 'microphone', { numberOfOutputs: 0 })
      const framer = new Framer(context.sampleRate)
      let frames = 0
      node.port.onmessage = (message: MessageEvent<Float32Array>) =>
        framer.push(message.data, (frame) => {
          if (encoder.state === 'configured') {
            const data = new AudioData({
              format: 'f32-planar', sampleRate: RATE, numberOfFrames: FRAME, numberOfChannels: 1,
              timestamp: frames++ * FRAME_MS * 1_000, data: frame,
            })
            encoder.encode(data)
            data.close()
          }
        })
      context.createMediaStreamSource(stream).connect(node)
      return new Microphone(context, stream, encoder)
    } catch (e) {
      stream.getTracks().forEach((track) => track.stop())
      void context.close()
      throw e
    }
  }

  /** Speech so far is encoded to its end. */
  async close(): Promise<void> {
    this.stream.getTracks().forEach((track) => track.stop())
    await this.context.close().catch(() => {})
    if (this.encoder.state === 'configured') {
      await this.encoder.flush().catch(() => {})
      this.encoder.close()
    }
  }
}

/** Received and decoded sound. */
export interface Heard {
  seconds: number
  /** The loudest sample, 0 to 1. */
  peak: number
}

/** Plays Opus packets one after the other. */
export class Speaker {
  private readonly context = new AudioContext()
  private readonly gain = this.context.createGain()
  private readonly decoder: AudioDecoder
  private at = 0
  private packets = 0

  constructor(
    sampleRate: number,
    private readonly frameMs: number,
    heard: (part: Heard) => void,
  ) {
    this.gain.connect(this.context.destination)
    this.decoder = new AudioDecoder({
      output: (data) => {
        const samples = new Float32Array(data.numberOfFrames)
        data.copyTo(samples, { planeIndex: 0, format: 'f32-planar' })
        this.play(samples, data.sampleRate)
        heard({
          seconds: data.numberOfFrames / data.sampleRate,
          peak: samples.reduce((most, each) => Math.max(most, Math.abs(each)), 0),
        })
        data.close()
      },
      error: (e) => console.warn(e),
    })
    this.decoder.configure(decoder(sampleRate))
  }

  volume(percent: number): void {
    this.gain.gain.value = percent / 100
  }

  take(opus: Uint8Array): void {
    if (this.decoder.state === 'configured') {
      const timestamp = this.packets++ * this.frameMs * 1_000
      this.decoder.decode(new EncodedAudioChunk({ type: 'key', timestamp, data: opus }))
    }
  }

  private play(samples: Float32Array<ArrayBuffer>, rate: number): void {
    const buffer = this.context.createBuffer(1, samples.length, rate)
    buffer.copyToChannel(samples, 0)
    const source = this.context.createBufferSource()
    source.buffer = buffer
    source.connect(this.gain)
    // Slightly ahead, so that late frames leave no gap.
    this.at = Math.max(this.at, this.context.currentTime + 0.1)
    source.start(this.at)
    this.at += buffer.duration
  }

  close(): void {
    if (this.decoder.state !== 'closed') {
      this.decoder.close()
    }
    void this.context.close().catch(() => {})
  }
}
