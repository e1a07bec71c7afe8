import { get, post, remove } from '@/lib/api'
import type { Device } from './device'
import type { Schema } from '@/lib/schema'

/** What a program connects with; the server shows it once. */
export type Connection = Schema<'Connection'>

const at = (id: string): string => `/v1/programs/${encodeURIComponent(id)}`

export const listPrograms = (signal?: AbortSignal): Promise<Device[]> => get<Device[]>('/v1/programs', {}, signal)

export const makeProgram = (wanted: { agentId: string; name: string; macAsClientId: boolean }): Promise<Connection> =>
  post<Connection>('/v1/programs', wanted)

export const renewProgram = (id: string): Promise<Connection> => post<Connection>(`${at(id)}/renew`)

export const revokeProgram = (id: string): Promise<unknown> => remove(at(id))
