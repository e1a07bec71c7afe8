/** Whether an address means this very machine, which no device can reach. */
export function onlyHere(origin: string): boolean {
  try {
    return /^(localhost|127(\.\d+){3}|\[::1\])$/.test(new URL(origin).hostname)
  } catch {
    return false
  }
}
