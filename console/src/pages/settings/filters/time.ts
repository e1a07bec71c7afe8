const two = (n: number): string => String(n).padStart(2, '0')

/** The value of a datetime-local input for an ISO time; empty if invalid. */
export function toLocal(iso: string): string {
  const at = new Date(iso)
  return iso && !Number.isNaN(at.getTime())
    ? `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}T${two(at.getHours())}:${two(at.getMinutes())}`
    : ''
}

/** The inverse; empty while incomplete. */
export function fromLocal(text: string): string {
  const at = new Date(text)
  return text && !Number.isNaN(at.getTime()) ? at.toISOString() : ''
}
