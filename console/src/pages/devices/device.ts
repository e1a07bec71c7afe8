import { answer, get, page, post, put, remove, type Paged, type Query } from '@/lib/api'
import type { Schema } from '@/lib/schema'

export type Attention = Schema<'Attention'>

export type LiveSession = Schema<'DeviceSession'>

/** A device as lists show it. */
export type Device = Schema<'Device'>

export type Partition = Schema<'Partition'>

export type Facts = Schema<'DeviceFacts'>

/** A device with everything that it reported. */
export type WholeDevice = Schema<'DeviceDetail'>

export type TagCount = Schema<'TagCount'>

export interface TagChange {
  macs: string[]
  add?: string[]
  remove?: string[]
  channel?: string
}

export type TagResult = Schema<'Tagging'>

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

/** A waiting device with the same MAC or serial number as an unproven one. */
export type Other = Schema<'OtherDevice'>

export const listOthers = (mac: string, signal?: AbortSignal): Promise<Other[]> =>
  get<Other[]>(`${at(mac)}/others`, {}, signal)

export const takeOther = (mac: string, id: string): Promise<unknown> =>
  post(`${at(mac)}/others/${encodeURIComponent(id)}/take`)

export const proveDevice = (mac: string): Promise<unknown> => post(`${at(mac)}/prove`)

export const undoFrom = (from: string): Promise<Schema<'Unbound'>> =>
  post<Schema<'Unbound'>>('/v1/devices/undo', { from })

export const expectAnew = (
  macs: string[],
  expect: boolean,
): Promise<Schema<'ExpectResult'>> =>
  post<Schema<'ExpectResult'>>('/v1/devices/expect', { macs, expect })

export const listTags = (signal?: AbortSignal): Promise<Paged<TagCount>> =>
  page<TagCount>('/v1/tags', { limit: 100 }, signal)

export const changeTags = (change: TagChange): Promise<TagResult> =>
  post<TagResult>('/v1/devices/tags', change)

/** Devices that talk at this moment. One that was unbound in mid-call is left out. */
export async function listTalking(query: Query, signal?: AbortSignal): Promise<Paged<Device>> {
  const found = await page<Schema<'LiveSession'>>('/v1/sessions', query, signal)
  const macs = [...new Set(found.rows.map((row) => row.macAddress))]
  const devices = await Promise.allSettled(macs.map((mac) => getDevice(mac, signal)))
  return {
    rows: devices.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : [])),
    next: found.next,
  }
}

/** A device that asked for a code in the viewer's own network. */
export type Nearby = Schema<'WaitingDevice'>

export type NearbyAnswer = Schema<'Nearby'>

export const listNearby = (signal?: AbortSignal): Promise<NearbyAnswer> =>
  answer<NearbyAnswer>('/v1/nearby', {}, signal)

export const endSession = (id: string): Promise<unknown> =>
  remove(`/v1/sessions/${encodeURIComponent(id)}`)

export const reboot = (mac: string): Promise<unknown> => post(`${at(mac)}/reboot`)

export const deleteHistory = (mac: string): Promise<Schema<'DeletedLines'>> =>
  remove<Schema<'DeletedLines'>>(`${at(mac)}/chat-history`)
