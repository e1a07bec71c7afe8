import { i18n, language, locale } from '@/i18n'

/** A moment, to the second. Takes epoch milliseconds or what Date reads. */
export function moment(at: number | string | null | undefined): string {
  const date = asDate(at)
  return date
    ? new Intl.DateTimeFormat(locale(), { dateStyle: 'medium', timeStyle: 'medium' }).format(date)
    : i18n.global.t('common.ago.never')
}

/** A day of the viewer's calendar. */
export const day = (at: number): string =>
  new Intl.DateTimeFormat(locale(), { month: 'short', day: 'numeric', weekday: 'short' }).format(at)

/** An hour of a day. */
export const hour = (at: number): string =>
  new Intl.DateTimeFormat(locale(), {
    month: 'short',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
  }).format(at)

/** How long ago (or how soon), roughly. */
export function ago(at: number | string | null | undefined, now = Date.now()): string {
  const date = asDate(at)
  if (!date) {
    return i18n.global.t('common.ago.never')
  }
  const seconds = Math.round((date.getTime() - now) / 1000)
  const far = Math.abs(seconds)
  if (far < 45) {
    return i18n.global.t('common.ago.now')
  }
  const words = new Intl.RelativeTimeFormat(locale(), { numeric: 'auto' })
  if (far < 3_600) {
    return words.format(Math.round(seconds / 60), 'minute')
  }
  if (far < 86_400) {
    return words.format(Math.round(seconds / 3_600), 'hour')
  }
  return far < 30 * 86_400
    ? words.format(Math.round(seconds / 86_400), 'day')
    : new Intl.DateTimeFormat(locale(), { dateStyle: 'medium' }).format(date)
}

function asDate(at: number | string | null | undefined): Date | null {
  if (at === null || at === undefined || at === '' || at === 0) {
    return null
  }
  const date = new Date(at)
  return Number.isNaN(date.getTime()) ? null : date
}

export const count = (n: number): string => new Intl.NumberFormat(locale()).format(n)

export const percent = (share: number, digits = 1): string =>
  new Intl.NumberFormat(locale(), { style: 'percent', maximumFractionDigits: digits }).format(share)

/** Bytes in binary units, as for flash chips. */
export function bytes(n: number): string {
  const unit = n >= 2 ** 30 ? 'GiB' : n >= 2 ** 20 ? 'MiB' : n >= 2 ** 10 ? 'KiB' : 'B'
  const size = n / { GiB: 2 ** 30, MiB: 2 ** 20, KiB: 2 ** 10, B: 1 }[unit]
  const digits = unit === 'B' || size >= 100 ? 0 : 1
  const number = new Intl.NumberFormat(locale(), { maximumFractionDigits: digits }).format(size)
  return `${number} ${unit}`
}

/** A duration, in its two largest units. */
export function duration(ms: number): string {
  const zh = language() === 'zh'
  const units: [number, string, string][] = [
    [86_400_000, '天', 'd'],
    [3_600_000, '小时', 'h'],
    [60_000, '分', 'min'],
    [1_000, '秒', 's'],
  ]
  const parts: string[] = []
  let left = ms
  for (const [size, chinese, english] of units) {
    const n = Math.floor(left / size)
    if (n > 0 && parts.length < 2) {
      parts.push(zh ? `${n} ${chinese}` : `${n} ${english}`)
      left -= n * size
    } else if (parts.length > 0) {
      break
    }
  }
  return parts.join(' ') || (zh ? '不到 1 秒' : 'under 1 s')
}
