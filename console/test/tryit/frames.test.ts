import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { layoutOf, pack, readClip, unpack } from '@/pages/tryit/frames'
import { Framer } from '@/pages/tryit/opus'

const opus = Uint8Array.of(0x58, 1, 2, 3)

describe('binary frames', () => {
  it('have the layout of their version', () => {
    expect([...pack(1, opus)]).toEqual([0x58, 1, 2, 3])
    expect([...pack(2, opus, 0x01020304)]).toEqual([0, 2, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4, 0, 0, 0, 4, 0x58, 1, 2, 3])
    expect([...pack(3, opus)]).toEqual([0, 0, 0, 4, 0x58, 1, 2, 3])
    expect([0, 1, 2, 3, 4, 99].map(layoutOf)).toEqual([1, 1, 2, 3, 1, 1])
  })

  it('are parsed, even in the middle of a buffer', () => {
    for (const layout of [1, 2, 3] as const) {
      const frame = pack(layout, opus, 7)
      const inside = new Uint8Array(frame.length + 10)
      inside.set(frame, 5)
      expect(unpack(layout, inside.subarray(5, 5 + frame.length))).toEqual(opus)
    }
  })

  it('with a wrong length are refused', () => {
    expect(unpack(2, pack(2, opus).subarray(0, 19))).toBeNull()
    expect(unpack(3, pack(3, opus).subarray(0, 7))).toBeNull()
    expect(unpack(2, new Uint8Array(15))).toBeNull()
    expect(unpack(3, new Uint8Array(3))).toBeNull()
    expect(unpack(1, new Uint8Array(0))).toEqual(new Uint8Array(0))
  })
})

describe('the recording', () => {
  const file = readFileSync('src/pages/tryit/clip.bin')

  it('is the simulator’s', () => {
    expect(file.equals(readFileSync('../simulator/src/main/resources/io/slipway/simulator/talk/question.packets'))).toBe(true)
  })

  it('has a wake word, a question and silence', () => {
    const clip = readClip(file)
    expect(clip.wakeWord.length).toBeGreaterThan(20)
    expect(clip.question.length).toBeGreaterThan(40)
    expect(clip.silence).toHaveLength(10)
    // 0x58: one frame of 60 ms, wideband speech, mono.
    expect(clip.question.every((each) => each[0] === 0x58)).toBe(true)
  })
})

describe('samples of the microphone', () => {
  const frames = (rate: number, seconds: number): Float32Array[] => {
    const found: Float32Array[] = []
    const framer = new Framer(rate)
    for (let at = 0; at < rate * seconds; at += 128) {
      framer.push(new Float32Array(128).fill(0.5), (frame) => found.push(frame))
    }
    return found
  }

  it('become frames of 60 ms at 16 kHz from any sample rate', () => {
    for (const rate of [8_000, 16_000, 44_100, 48_000]) {
      const found = frames(rate, 3)
      expect(Math.abs(found.length - 50), String(rate)).toBeLessThanOrEqual(1)
      for (const frame of found) {
        expect(frame).toHaveLength(960)
        expect(frame.every((sample) => Math.abs(sample - 0.5) < 1e-5)).toBe(true)
      }
    }
  })

  it('keep their pitch', () => {
    const framer = new Framer(48_000)
    let crossings = 0
    let last = 0
    const tone = Float32Array.from({ length: 48_000 }, (_, i) => Math.sin((2 * Math.PI * 440 * i) / 48_000))
    framer.push(tone, (frame) =>
      frame.forEach((sample) => {
        crossings += last < 0 && sample >= 0 ? 1 : 0
        last = sample
      }),
    )
    expect(crossings).toBeGreaterThan(415)
    expect(crossings).toBeLessThan(445)
  })
})
