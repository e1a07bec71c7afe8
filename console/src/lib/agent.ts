import { get, page, post, put, remove, type Paged, type Query } from './api'
import type { Schema } from './schema'

export type Backend = Schema<'Backend'>

/** An agent as lists show it. */
export type Agent = Schema<'AgentListed'>

/** An agent with everything that a form changes. */
export type WholeAgent = Schema<'Agent'>

/** A backend as submitted: without a token, the stored one is kept. */
export type BackendChange = Schema<'BackendWish'>

export type AgentChange = Schema<'AgentWish'>

export type TestResult = Schema<'BackendTest'>

export type ChatSession = Schema<'ChatSession'>

export type ChatLine = Schema<'ChatLine'>

const at = (id: string): string => `/xiaozhi/agent/${encodeURIComponent(id)}`

export const listAgents = (query: Query, signal?: AbortSignal): Promise<Paged<Agent>> =>
  page<Agent>('/xiaozhi/agent/list', query, signal)

/** By the beginning of the name, or the agent of the device with this MAC. */
export const findAgents = (
  q: string,
  type: 'name' | 'mac' | 'agent_id' = 'name',
  signal?: AbortSignal,
): Promise<Paged<Agent>> => page<Agent>('/xiaozhi/agent/search', { q, type }, signal)

export const getAgent = (id: string, signal?: AbortSignal): Promise<WholeAgent> =>
  get<WholeAgent>(at(id), {}, signal)

export const createAgent = (agent: AgentChange): Promise<string> =>
  post<string>('/xiaozhi/agent', agent)

export const changeAgent = (id: string, change: Partial<AgentChange>): Promise<unknown> =>
  put(at(id), change)

export const deleteAgent = (id: string): Promise<unknown> => remove(at(id))

export const testBackend = (what: {
  agentId?: string
  backend?: BackendChange
}): Promise<TestResult> => post<TestResult>('/v1/backends/test', what)

export const listSessions = (
  id: string,
  query: Query,
  signal?: AbortSignal,
): Promise<Schema<'ChatSessions'>> => get(`${at(id)}/sessions`, query, signal)

export const listLines = (
  id: string,
  session: string,
  signal?: AbortSignal,
): Promise<ChatLine[]> => get(`${at(id)}/chat-history/${encodeURIComponent(session)}`, {}, signal)
