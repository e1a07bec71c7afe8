/** Cryptographically random bytes; available without a secure context, unlike randomUUID. */
function bytes(n: number): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(n))
}

/** A UUID of version 4. */
export function uuid(): string {
  const b = bytes(16)
  b[6] = ((b[6] ?? 0) & 0x0f) | 0x40
  b[8] = ((b[8] ?? 0) & 0x3f) | 0x80
  const hex = Array.from(b, (each) => each.toString(16).padStart(2, '0')).join('')
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}

// Without characters that look alike: it may be read out on the phone. 32 of them, so there is no
// bias.
const READABLE = 'abcdefghijkmnpqrstuvwxyz23456789'

/** A password of 80 random bits, in groups of four. */
export function password(): string {
  return Array.from(bytes(16), (each) => READABLE[each % 32])
    .join('')
    .replace(/(.{4})(?=.)/g, '$1-')
}
