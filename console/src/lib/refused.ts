import { get, page, type Paged, type Query } from '@/lib/api'
import type { Schema } from '@/lib/schema'

/** A handshake or check that was refused, as a device's owner may see it. */
export type RefusedCall = Schema<'RefusedCall'>

export const refusedOf = (device: string, signal?: AbortSignal): Promise<RefusedCall[]> =>
  get<RefusedCall[]>(`/v1/devices/${encodeURIComponent(device)}/refused-calls`, {}, signal)

export type RefusedAddress = Schema<'RefusedAddress'>

export const refusedByAddress = (query: Query, signal?: AbortSignal): Promise<Paged<RefusedAddress>> =>
  page<RefusedAddress>('/v1/admin/refused-calls', query, signal)
