import { get, page, post, put, remove, type Paged, type Query } from './api'

export interface Backend {
  type: 'echo' | 'relay'
  url: string
  /** Of the protocol's binary frames; 0 uses the device's. */
  version: number
  hasToken: boolean
}

/** An agent as lists show it. */
export interface Agent {
  id: string
  agentName: string
  assistantName: string
  systemPrompt: string
  lastConnectedAt: string | null
  deviceCount: number
  backend: Backend
}

/** An agent with all that a form changes. */
export interface WholeAgent extends Agent {
  language: string
  langCode: string
  chatHistoryConf: 0 | 1 | 2
  createdAt: string
  updatedAt: string
}

/** A backend as sent: without a token, the stored one is left unchanged. */
export interface BackendChange {
  type: 'echo' | 'relay'
  url?: string
  token?: string
  version?: number
}

export interface AgentChange {
  agentName: string
  assistantName: string
  language: string
  langCode: string
  systemPrompt: string
  chatHistoryConf: number
  backend: BackendChange
}

export interface TestResult {
  ok: boolean
  millis: number
  text: { zh: string; en: string }
}

export interface ChatSession {
  sessionId: string
  createdAt: string
  chatCount: number
}

export interface ChatLine {
  createdAt: string
  /** 1 a person, 2 the assistant, 3 a tool. */
  chatType: number
  content: string
  macAddress: string
}

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
): Promise<{ total: number; list: ChatSession[] }> => get(`${at(id)}/sessions`, query, signal)

export const listLines = (
  id: string,
  session: string,
  signal?: AbortSignal,
): Promise<ChatLine[]> => get(`${at(id)}/chat-history/${encodeURIComponent(session)}`, {}, signal)
