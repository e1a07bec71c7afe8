/** A device's identity: the MAC, which is public, and the Client-Id in its flash. */
export interface Identity {
  mac: string
  clientId: string
  /** A desktop client's key; it is sent to the server as `elf_sha256`. */
  key: string
}

type Random = (length: number) => Uint8Array

const random: Random = (length) => crypto.getRandomValues(new Uint8Array(length))

export const hex = (bytes: Uint8Array): string =>
  [...bytes].map((each) => each.toString(16).padStart(2, '0')).join('')

/** Locally administered and unicast, so that no real device has it. */
export function randomMac(bytes: Random = random): string {
  const mac = bytes(6)
  mac[0] = ((mac[0] ?? 0) & 0xfc) | 0x02
  return [...mac].map((each) => each.toString(16).padStart(2, '0')).join(':')
}

/**
 * A UUID of version 4, as firmware generates it; `crypto.randomUUID` exists in secure contexts
 * only.
 */
export function randomUuid(bytes: Random = random): string {
  const raw = bytes(16)
  raw[6] = ((raw[6] ?? 0) & 0x0f) | 0x40
  raw[8] = ((raw[8] ?? 0) & 0x3f) | 0x80
  return hex(raw).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}

export const randomIdentity = (): Identity => ({
  mac: randomMac(),
  clientId: randomUuid(),
  key: hex(random(32)),
})

/** A MAC in the devices' form, from any common form; null if invalid. */
export function parseMac(text: string): string | null {
  const digits = text.trim().replace(/[:\-. ]/g, '').toLowerCase()
  return /^[0-9a-f]{12}$/.test(digits) ? digits.replace(/(..)(?=.)/g, '$1:') : null
}
