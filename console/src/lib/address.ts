/**
 * Whether devices are given an address other than the current one; an empty setting follows the
 * current one.
 */
export function misaddressed(publicUrl: string, origin: string): boolean {
  if (!publicUrl) {
    return false
  }
  try {
    return new URL(publicUrl).origin !== origin
  } catch {
    return true
  }
}

/** Whether an address means this very machine, which no device can reach. */
export function onlyHere(origin: string): boolean {
  try {
    return /^(localhost|127(\.\d+){3}|\[::1\])$/.test(new URL(origin).hostname)
  } catch {
    return false
  }
}
