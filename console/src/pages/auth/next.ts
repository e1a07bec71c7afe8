const OURS = 'http://slipway.invalid'

/**
 * Where to go after sign-in: always a path of this site, whatever the address contains. A link may
 * come from anyone, and must not lead from our form to a copy of it elsewhere.
 */
export function safeNext(wanted: unknown): string {
  // Browsers read \ as / and skip control characters, so //evil can be spelled in many ways.
  if (typeof wanted !== 'string' || !/^\/(?![/\\])[^\\\p{Cc}]*$/u.test(wanted)) {
    return '/'
  }
  try {
    const url = new URL(wanted, OURS)
    const path = url.pathname + url.search + url.hash
    const round = /^\/sign-(in|up)\b/.test(url.pathname)
    return url.origin === OURS && path.startsWith('/') && !path.startsWith('//') && !round
      ? path
      : '/'
  } catch {
    return '/'
  }
}
