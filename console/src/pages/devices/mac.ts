const COLONS = /^[0-9a-f]{2}(?::[0-9a-f]{2}){5}$/
const DASHES = /^[0-9a-f]{2}(?:-[0-9a-f]{2}){5}$/
const BARE = /^[0-9a-f]{12}$/

/** A MAC in the firmware's form, lower case with colons; null when it is none. */
export function macOf(text: string): string | null {
  const lower = text.trim().toLowerCase()
  if (COLONS.test(lower)) {
    return lower
  }
  if (DASHES.test(lower)) {
    return lower.replaceAll('-', ':')
  }
  return BARE.test(lower) ? (lower.match(/../g) ?? []).join(':') : null
}

/** Whether something that is no MAC was probably meant as one. */
export function almostMac(text: string): boolean {
  return /^(?:[0-9a-z]{1,3}[:\-. ]){3,}[0-9a-z]{1,3}$/i.test(text.trim())
}
