import type { Partition } from './device'

export type Use = 'factory' | 'app' | 'nvs' | 'otadata' | 'phy' | 'files' | 'assets' | 'other' | 'free' | 'boot'

/** An area of the flash; bytes. */
export interface Stretch {
  label: string
  use: Use
  address: number
  size: number
  /** Whether the device runs from it. */
  running: boolean
  /** Whether the next update will be written to it. */
  next: boolean
  /** Extends beyond the flash, or overlaps the previous one. */
  wrong: boolean
}

/** The latest possible end of the partition table; the boot loader is before it. */
const TABLE_END = 0x10_000

export function useOf(p: Partition): Use {
  if (p.type === 0) {
    return p.subtype === 0 ? 'factory' : p.subtype >= 16 && p.subtype <= 31 ? 'app' : 'other'
  }
  if (p.type !== 1) {
    return 'other'
  }
  if (p.label.startsWith('assets')) {
    return 'assets'
  }
  const known: Record<number, Use> = { 0: 'otadata', 1: 'phy', 2: 'nvs', 4: 'nvs', 129: 'files', 130: 'files', 131: 'files' }
  return known[p.subtype] ?? 'other'
}

/**
 * A flash from start to end, including gaps.
 * @param flash its size; 0 if not reported
 * @param slot label of the partition that the device runs from; empty if not reported
 */
export function stretches(partitions: Partition[], flash: number, slot: string): Stretch[] {
  const sorted = [...partitions].sort((a, b) => a.address - b.address)
  const next = nextSlot(sorted, slot)
  const all: Stretch[] = []
  let at = 0
  for (const p of sorted) {
    if (p.address > at) {
      all.push(gap(at, p.address))
    }
    const end = p.address + p.size
    const wrong = p.address < at || (flash > 0 && end > flash)
    all.push({
      label: p.label,
      use: useOf(p),
      address: p.address,
      size: p.size,
      running: slot !== '' && p.label === slot,
      next: p === next,
      wrong,
    })
    at = Math.max(at, end)
  }
  if (flash > at && all.length > 0) {
    all.push(gap(at, flash))
  }
  return all
}

// As esp_ota_get_next_update_partition does: the one after the running one, cyclically.
function nextSlot(sorted: Partition[], slot: string): Partition | null {
  const apps = sorted.filter((p) => useOf(p) === 'app').sort((a, b) => a.subtype - b.subtype)
  if (slot === '' || apps.length === 0) {
    return null
  }
  const running = apps.findIndex((p) => p.label === slot)
  const next = apps[(running + 1) % apps.length] ?? null
  return next?.label === slot ? null : next
}

function gap(from: number, to: number): Stretch {
  const use = from === 0 && to <= TABLE_END ? 'boot' : 'free'
  return { label: '', use, address: from, size: to - from, running: false, next: false, wrong: false }
}

/** The range that the picture shows, bytes. */
export function extent(all: Stretch[], flash: number): number {
  return Math.max(flash, ...all.map((each) => each.address + each.size), 1)
}

export const hex = (n: number): string => `0x${n.toString(16)}`
