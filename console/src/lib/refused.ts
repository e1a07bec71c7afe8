import { get, page, type Paged, type Query } from '@/lib/api'

/** A handshake or check that was refused, as a device's owner may see it. */
export interface RefusedCall {
  at: string
  door: 'check-in' | 'activate' | 'socket'
  reason: string
  /** The reason in words. */
  text: string
  /**
   * Whether it had the device's own Client-Id or token; otherwise it came from the device's
   * address.
   */
  own: boolean
  sameMac: boolean
  macTail: string | null
  address: string
}

export const refusedOf = (device: string, signal?: AbortSignal): Promise<RefusedCall[]> =>
  get<RefusedCall[]>(`/v1/devices/${encodeURIComponent(device)}/refused-calls`, {}, signal)

export interface RefusedAddress {
  address: string
  count: number
  lastAt: string
  calls: { at: string; door: RefusedCall['door']; reason: string; text: string; mac: string | null }[]
}

export const refusedByAddress = (query: Query, signal?: AbortSignal): Promise<Paged<RefusedAddress>> =>
  page<RefusedAddress>('/v1/admin/refused-calls', query, signal)
