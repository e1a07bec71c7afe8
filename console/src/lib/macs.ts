/**
 * Lists of MAC addresses in any common form, parsed as the server does (`POST /v1/rollouts/macs`).
 */
export interface MacList {
  /**
   * Without duplicates: a MAC in lower case with colons, `account/MAC` where the list names the
   * account.
   */
  macs: string[]
  /** Lines with a MAC that occurred before. */
  repeated: number
  /** How many lines have no valid MAC. */
  wrong: number
  /** The first of them. */
  invalid: { line: number; value: string }[]
  /** More than a rollout can name. */
  tooMany: boolean
}

export const MOST_MACS = 100_000
const SHOWN = 100
const VALUE = 64
const HEADINGS = new Set([
  'mac',
  'mac_address',
  'macaddress',
  'mac address',
  'mac\u5730\u5740',
  'device_id',
  'id',
])

/** A MAC in lower case with colons; null if invalid. */
export function macOf(text: string): string | null {
  const found = /^([0-9a-f]{2})([:-]?)([0-9a-f]{2})\2([0-9a-f]{2})\2([0-9a-f]{2})\2([0-9a-f]{2})\2([0-9a-f]{2})$/i.exec(text)
  return found
    ? [found[1], ...found.slice(3)].join(':').toLowerCase()
    : null
}

const isIndividual = (mac: string): boolean =>
  mac !== '00:00:00:00:00:00' && (Number.parseInt(mac.slice(0, 2), 16) & 1) === 0

/** A device in a list: a MAC, or `account/MAC` if the account is needed; null for anything else. */
function namedIn(text: string): string | null {
  const slash = text.indexOf('/')
  const account = text.slice(0, Math.max(0, slash)).trim()
  const mac = macOf(text.slice(slash + 1).trim())
  if (!mac || !isIndividual(mac) || (slash >= 0 && !account)) {
    return null
  }
  return account ? `${account}/${mac}` : mac
}

/** A device in the server's paths: a MAC, or an id of 13 to 19 digits; null for neither. */
export const deviceRefOf = (text: string): string | null => macOf(text) ?? (/^\d{13,19}$/.test(text) ? text : null)

function valueOf(line: string): string {
  const value = line.split(/[#,;\t]/, 1)[0]?.trim() ?? ''
  return value.length >= 2 && value.startsWith('"') && value.endsWith('"')
    ? value.slice(1, -1).trim()
    : value
}

/**
 * One per line, as MAC or account/MAC, or the first column of a table; blank lines, comments after
 * # and a heading are left out.
 */
function parse(text: string): MacList {
  const macs = new Set<string>()
  const list: MacList = { macs: [], repeated: 0, wrong: 0, invalid: [], tooMany: false }
  for (const [at, line] of text.replace(/^\ufeff/, '').split(/\r\n|\r|\n/).entries()) {
    const value = valueOf(line)
    if (!value) {
      continue
    }
    const mac = namedIn(value)
    if (mac && macs.has(mac)) {
      list.repeated++
    } else if (mac) {
      macs.add(mac)
    } else if (macs.size > 0 || list.wrong > 0 || !HEADINGS.has(value.toLowerCase())) {
      list.wrong++
      if (list.invalid.length < SHOWN) {
        list.invalid.push({
          line: at + 1,
          value: value.length > VALUE ? `${value.slice(0, VALUE)}…` : value,
        })
      }
    }
    if (macs.size > MOST_MACS) {
      list.tooMany = true
      break
    }
  }
  list.macs = [...macs].slice(0, MOST_MACS)
  return list
}

/** A file's lines without its heading, to be appended to others. */
export function withoutHeadings(text: string): string {
  const [first = '', ...rest] = text.replace(/^\ufeff/, '').split('\n')
  return HEADINGS.has(valueOf(first).toLowerCase()) ? rest.join('\n') : [first, ...rest].join('\n')
}

const lately = new Map<string, MacList>()

/** Like `parse`, caching the last result, because lists may be long. */
export function readMacs(text: string): MacList {
  const known = lately.get(text)
  if (known) {
    return known
  }
  const list = parse(text)
  if (lately.size >= 4) {
    lately.delete(lately.keys().next().value ?? '')
  }
  lately.set(text, list)
  return list
}

export const MOST_BYTES = 4 * 1024 * 1024

/**
 * A file's text. Spreadsheets of Chinese systems are saved in GB 18030; MACs are the same in it.
 * @returns null if it is not text, for example a spreadsheet's own format
 */
export function textOf(bytes: Uint8Array): string | null {
  if (bytes.includes(0)) {
    return null
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return new TextDecoder('gb18030').decode(bytes)
  }
}
