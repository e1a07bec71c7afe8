import { call } from './api'
import type { Schema } from './schema'

/** What the server read of a list of devices: it reads all of them, typed or from a file. */
export type DeviceList = Schema<'DeviceList'>
export type KeyFormat = 'hex' | 'ascii'
/** What a list names its devices by; `names` are MACs or account/MAC. */
export type ListKind = 'macs' | 'names' | 'serials'

/** The largest list that the server reads, in bytes. */
export const MOST_BYTES = 24 * 1024 * 1024
/** Devices that a rollout can name. */
export const MOST_NAMED = 100_000
/** What a file chooser offers. */
export const ACCEPTED =
  '.txt,.csv,.tsv,.xlsx,text/plain,text/csv,application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'
/** A long list takes a while, and may wait for others. */
const PATIENCE_MS = 120_000

/**
 * Reads typed text or a file.
 * @param how `refused`: whether all refused entries are listed, not only the first 100
 */
export function readList(
  list: string | Blob,
  kind: ListKind,
  keys: KeyFormat = 'hex',
  how: { refused?: 'all'; signal?: AbortSignal } = {},
): Promise<DeviceList> {
  const body = typeof list === 'string' ? new Blob([list], { type: 'text/plain' }) : list
  const path = `/v1/device-lists?kind=${kind}&keys=${keys}` + (how.refused ? `&refused=${how.refused}` : '')
  return call<DeviceList>('POST', path, body, how.signal, PATIENCE_MS)
}

/** A list in a form: its text, and the devices that the server read of it. */
export interface NamedList {
  text: string
  /** Each a MAC, or `account/MAC`. */
  devices: string[]
  /** How many entries are refused. */
  refused: number
  /** Whether `devices` are those of `text`. */
  read: boolean
}

/** A list of devices that the server has read already. */
export const listOf = (devices: string[]): NamedList => ({
  text: devices.join('\n'),
  devices,
  refused: 0,
  read: true,
})
