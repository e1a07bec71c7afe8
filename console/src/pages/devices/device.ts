import { answer, get, page, post, put, remove, type Paged, type Query } from '@/lib/api'

export interface Attention {
  kind: 'contested' | 'unproven'
  text: string
  actions: string[]
}

export interface LiveSession {
  id: string
  since: string
  address: string
  version: number
  backend: string
  agentId: string | null
}

/** A device as lists show it. */
export interface Device {
  id: string
  /** Unique among all accounts, unlike a MAC. */
  deviceId: string
  macAddress: string
  lastConnectedAt: string | null
  /** Null if unknown at the moment. */
  online: boolean | null
  session: LiveSession | null
  autoUpdate: 0 | 1
  board: string
  alias: string
  agentId: string | null
  appVersion: string
  /** IANA name; empty for its account's. */
  timeZone: string
  channel: string
  tags: string[]
  /** When it was bound. */
  createDate: string | null
  chip: string
  proven: boolean
  weakIdentity: boolean
  /** Not proven, and another device has its MAC or serial number. */
  contested: boolean
  /** The network that a binding without proof came from; null once it is proven. */
  boundFrom: string | null
  expectedUntil: string | null
  /** 1: a token of another server is accepted. */
  acceptWithoutToken: 0 | 1
  /** Whether the console created its identity. */
  program: boolean
  attention: Attention[]
}

export interface Partition {
  label: string
  /** 0 app, 1 data. */
  type: number
  subtype: number
  /** Bytes, from the start of the flash. */
  address: number
  /** Bytes. */
  size: number
}

export interface Facts {
  app?: string
  compileTime?: string
  idfVersion?: string
  boardType?: string
  chipRevision?: number
  flashSize?: number
  partitions?: Partition[]
}

/** A device with everything that it reported. */
export interface WholeDevice extends Device {
  elfSha256: string
  slot: string
  language: string
  address: string
  facts: Facts
  checkIns: string[]
}

export interface TagCount {
  tag: string
  devices: number
}

export interface TagChange {
  macs: string[]
  add?: string[]
  remove?: string[]
  channel?: string
}

export interface TagResult {
  changed: number
  unchanged: number
  failed: { value: string; reason: string }[]
}

/** The name by which a person recognises a device. */
export const nameOf = (device: Pick<Device, 'alias' | 'macAddress'>): string =>
  device.alias || device.macAddress

/**
 * The identifier of a device in a path: its MAC, which people know, unless that is not unique
 * (00:00:00:00:00:00, or a multicast address).
 */
export function refOf(device: Pick<Device, 'deviceId' | 'macAddress'>): string {
  const first = parseInt(device.macAddress.slice(0, 2), 16)
  const shared = first % 2 === 1 || /^[0:]+$/.test(device.macAddress)
  return shared ? device.deviceId : device.macAddress
}

const at = (mac: string): string => `/v1/devices/${encodeURIComponent(mac)}`

export const listDevices = (query: Query, signal?: AbortSignal): Promise<Paged<Device>> =>
  page<Device>('/v1/devices', query, signal)

export const getDevice = (mac: string, signal?: AbortSignal): Promise<WholeDevice> =>
  get<WholeDevice>(at(mac), {}, signal)

export const changeDevice = (
  mac: string,
  change: { alias?: string; autoUpdate?: 0 | 1; acceptWithoutToken?: 0 | 1; timeZone?: string; channel?: string; tags?: string[] },
): Promise<Device> => put<Device>(`/xiaozhi/device/update/${encodeURIComponent(mac)}`, change)

export const unbindDevice = (mac: string): Promise<unknown> =>
  post('/xiaozhi/device/unbind', { deviceId: mac })

export const moveDevice = (mac: string, agentId: string): Promise<unknown> =>
  put(`${at(mac)}/agent/${encodeURIComponent(agentId)}`)

/** A waiting device with the MAC or serial number of an unproven one. */
export interface Other {
  id: string
  macAddress: string
  board: string
  appVersion: string
  weakIdentity: boolean
  address: string
  firstSeen: string
  lastSeen: string
}

export const listOthers = (mac: string, signal?: AbortSignal): Promise<Other[]> =>
  get<Other[]>(`${at(mac)}/others`, {}, signal)

export const takeOther = (mac: string, id: string): Promise<unknown> =>
  post(`${at(mac)}/others/${encodeURIComponent(id)}/take`)

export const proveDevice = (mac: string): Promise<unknown> => post(`${at(mac)}/prove`)

export const undoFrom = (from: string): Promise<{ unbound: number }> =>
  post<{ unbound: number }>('/v1/devices/undo', { from })

export const expectAnew = (
  macs: string[],
  expect: boolean,
): Promise<{ expected: number; failed: string[] }> =>
  post<{ expected: number; failed: string[] }>('/v1/devices/expect', { macs, expect })

export const listTags = (signal?: AbortSignal): Promise<Paged<TagCount>> =>
  page<TagCount>('/v1/tags', { limit: 100 }, signal)

export const changeTags = (change: TagChange): Promise<TagResult> =>
  post<TagResult>('/v1/devices/tags', change)

interface SessionRow {
  macAddress: string
}

/** Devices that are talking now, except those unbound in mid-call. */
export async function listTalking(query: Query, signal?: AbortSignal): Promise<Paged<Device>> {
  const found = await page<SessionRow>('/v1/sessions', query, signal)
  const macs = [...new Set(found.rows.map((row) => row.macAddress))]
  const devices = await Promise.allSettled(macs.map((mac) => getDevice(mac, signal)))
  return {
    rows: devices.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : [])),
    next: found.next,
  }
}

/** A device that requested a code in the viewer's own network. */
export interface Nearby {
  board: string
  macTail: string
  askedAt: string
  /** The number of digits of its code. */
  digits: number
}

export interface NearbyAnswer {
  data: Nearby[]
  off?: boolean
  reason?: { zh: string; en: string }
}

export const listNearby = (signal?: AbortSignal): Promise<NearbyAnswer> =>
  answer<NearbyAnswer>('/v1/nearby', {}, signal)

export const endSession = (id: string): Promise<unknown> =>
  remove(`/v1/sessions/${encodeURIComponent(id)}`)

export const reboot = (mac: string): Promise<unknown> => post(`${at(mac)}/reboot`)

export const deleteHistory = (mac: string): Promise<{ deleted_count: number }> =>
  remove<{ deleted_count: number }>(`${at(mac)}/chat-history`)
