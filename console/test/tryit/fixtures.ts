import { readFileSync } from 'node:fs'
import type { Identity } from '@/pages/tryit/identity'

/** A recorded request, one character per byte. */
export const fixture = (name: string): string =>
  readFileSync(`../protocol/src/test/resources/fixtures/${name}`, 'latin1')

export const WHO: Identity = {
  mac: 'd4:06:06:b6:a9:fa',
  clientId: '7b94d69a-9808-4c59-9c9b-704333b38aff',
  key: '1270259db6e4575212730e94c2211473e44fa926ff8b3bff1cacfbf106c29742',
}

/** An image with the header that `simulate --make-image` writes; the rest is padding. */
export function image(version: string, options: { behaviour?: string; board?: string; chip?: number } = {}): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(1_024)
  const view = new DataView(bytes.buffer)
  const text = (at: number, value: string): void => bytes.set(new TextEncoder().encode(value), at)
  bytes[0] = 0xe9
  view.setUint16(12, options.chip ?? 9, true)
  view.setUint32(32, 0xabcd5432, true)
  text(48, version)
  text(80, 'xiaozhi')
  text(112, '12:34:56')
  text(128, 'Aug  6 2026')
  text(144, 'v6.0.1')
  bytes.fill(0xab, 176, 208)
  if (options.behaviour) {
    text(288, `slipway-simulator ${options.behaviour} ${options.board ?? ''}\0`)
  }
  return bytes
}
