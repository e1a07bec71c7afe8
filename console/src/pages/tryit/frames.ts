/** Binary frames, one Opus packet each, the same in both directions (device-contract 7.3). */
export type Layout = 1 | 2 | 3

/** The layout of a protocol version; 1 for any that is not 2 or 3, as in firmware. */
export const layoutOf = (version: number): Layout => (version === 2 || version === 3 ? version : 1)

const HEADER: Record<Layout, number> = { 1: 0, 2: 16, 3: 4 }

export function pack(layout: Layout, opus: Uint8Array, timestampMs = 0): Uint8Array<ArrayBuffer> {
  const frame = new Uint8Array(HEADER[layout] + opus.length)
  const view = new DataView(frame.buffer)
  if (layout === 2) {
    view.setUint16(0, 2)
    view.setUint32(8, timestampMs >>> 0)
    view.setUint32(12, opus.length)
  } else if (layout === 3) {
    if (opus.length > 0xffff) {
      throw new RangeError('a packet of over 65535 bytes')
    }
    view.setUint16(2, opus.length)
  }
  frame.set(opus, HEADER[layout])
  return frame
}

/** The packet in a frame; null for one that would make a device read beyond its end. */
export function unpack(layout: Layout, frame: Uint8Array): Uint8Array | null {
  const header = HEADER[layout]
  if (frame.length < header) {
    return null
  }
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength)
  const length = layout === 2 ? view.getUint32(12) : layout === 3 ? view.getUint16(2) : frame.length
  return length <= frame.length - header ? frame.subarray(header, header + length) : null
}

/** Recorded speech: how many packets the wake word and the question have, then packets by length. */
export interface Clip {
  wakeWord: Uint8Array[]
  question: Uint8Array[]
  silence: Uint8Array[]
}

export function readClip(file: Uint8Array): Clip {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength)
  const wake = view.getUint16(0)
  const question = view.getUint16(2)
  const packets: Uint8Array[] = []
  for (let at = 4; at + 2 <= file.length; ) {
    const length = view.getUint16(at)
    packets.push(file.subarray(at + 2, at + 2 + length))
    at += 2 + length
  }
  return {
    wakeWord: packets.slice(0, wake),
    question: packets.slice(wake, wake + question),
    silence: packets.slice(wake + question),
  }
}
