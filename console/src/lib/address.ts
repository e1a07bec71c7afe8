/** Whether devices are told another address than the one in use; empty follows the one in use. */
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

/** Whether an address means this very machine, which no device can call. */
export function onlyHere(origin: string): boolean {
  try {
    return /^(localhost|127(\.\d+){3}|\[::1\])$/.test(new URL(origin).hostname)
  } catch {
    return false
  }
}
