const two = (n: number): string => String(n).padStart(2, '0')

/** What a datetime-local input takes, from an ISO time; empty for what is no time. */
export function toLocal(iso: string): string {
  const at = new Date(iso)
  return iso && !Number.isNaN(at.getTime())
    ? `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}T${two(at.getHours())}:${two(at.getMinutes())}`
    : ''
}

/** And back; empty while it is not yet complete. */
export function fromLocal(text: string): string {
  const at = new Date(text)
  return text && !Number.isNaN(at.getTime()) ? at.toISOString() : ''
}
