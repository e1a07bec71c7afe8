import { almostMac } from './mac'
import { plain } from '@/lib/csv'
import { macOf } from '@/lib/macs'

export type Kind = 'mac' | 'serial'
export type KeyFormat = 'hex' | 'ascii'

/** One device to announce. */
export interface Item {
  /** From 1. */
  line: number
  /** The MAC in the firmware's form, or the serial number. */
  value: string
  /** Key of a serial number; empty for none. */
  key: string
}

export type Fault = 'mac' | 'twice' | 'serial' | 'key-hex' | 'key-ascii' | 'columns'

export interface Bad {
  line: number
  text: string
  fault: Fault
  /** For a duplicate: the line of the first occurrence. */
  first?: number
}

export interface Checked {
  items: Item[]
  bad: Bad[]
  /** Whether the first line was recognised as column names. */
  heading: boolean
  /** Lines beyond the maximum. */
  cut: number
}

export const MOST_LINES = 1_000_000
const MAX_SERIAL = 64
const HEADING = /^(mac|macs|mac[ _-]?addr(ess)?(es)?|sn|serial|serial[ _-]?(number|no)s?|device[ _-]?id|\u5e8f\u5217\u53f7|\u8bbe\u5907)$/i

/** Cells of a line, with the separators of spreadsheets and people. */
function cells(line: string): string[] {
  return line.split(/[\t,;\uff0c\uff1b]/).map((cell) => plain(cell.trim().replace(/^"(.*)"$/, '$1').trim()))
}

/** Validates pasted text or a file, line by line. */
export function check(text: string, kind: Kind, keys: KeyFormat): Checked {
  // Excel starts its files with a byte order mark.
  const lines = text.replace(/^\ufeff/, '').split(/\r\n|\r|\n/)
  const found: Checked = { items: [], bad: [], heading: false, cut: 0 }
  const seen = new Map<string, number>()
  for (const [index, raw] of lines.entries()) {
    const parts = cells(raw)
    if (parts.every((cell) => cell === '')) {
      continue
    }
    if (index === 0 && HEADING.test(parts[0] ?? '')) {
      found.heading = true
      continue
    }
    if (index >= MOST_LINES) {
      found.cut++
      continue
    }
    const line = index + 1
    const read = kind === 'mac' ? macs(parts, line, raw) : [serial(parts, line, keys)]
    for (const each of read) {
      const first = 'value' in each ? seen.get(each.value) : undefined
      if (!('value' in each)) {
        found.bad.push(each)
      } else if (first !== undefined) {
        found.bad.push({ line, text: each.value, fault: 'twice', first })
      } else {
        seen.set(each.value, line)
        found.items.push(each)
      }
    }
  }
  return found
}

// Other columns of a spreadsheet, such as a name, are left out; a MAC with a typing error is not.
function macs(parts: string[], line: number, raw: string): (Item | Bad)[] {
  const read: (Item | Bad)[] = []
  for (const part of parts.flatMap((cell) => (macOf(cell) ? [cell] : words(cell)))) {
    const mac = macOf(part)
    if (mac) {
      read.push({ line, value: mac, key: '' })
    } else if (almostMac(part)) {
      read.push({ line, text: part, fault: 'mac' })
    }
  }
  return read.length > 0 ? read : [{ line, text: raw.trim(), fault: 'mac' }]
}

function words(cell: string): string[] {
  const split = cell.split(/\s+/)
  return split.some((word) => macOf(word)) ? split : [cell]
}

function serial(parts: string[], line: number, keys: KeyFormat): Item | Bad {
  const [value = '', key = '', ...rest] = parts
  // Never the whole line: it may contain a key.
  const text = value.slice(0, 2 * MAX_SERIAL)
  if (!/^[!-~]+$/.test(value) || value.length > MAX_SERIAL) {
    return { line, text, fault: 'serial' }
  }
  if (rest.some((cell) => cell !== '')) {
    return { line, text, fault: 'columns' }
  }
  if (key !== '' && !keyFits(key, keys)) {
    return { line, text, fault: keys === 'hex' ? 'key-hex' : 'key-ascii' }
  }
  return { line, value, key }
}

function keyFits(key: string, format: KeyFormat): boolean {
  if (format === 'hex') {
    return /^(?:[0-9a-f]{2}){16,64}$/i.test(key)
  }
  const size = new TextEncoder().encode(key).length
  return size >= 16 && size <= 64
}
