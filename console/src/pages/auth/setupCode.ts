/** The code in the fragment of the link that a new server prints; empty if there is none. */
export function setupCodeIn(hash: string): string {
  return /^#setup-code=(.{1,64})$/u.exec(hash)?.[1] ?? ''
}
