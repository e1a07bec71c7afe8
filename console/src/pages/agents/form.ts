import { codeFits, nameOfLanguage } from './language'
import type { AgentChange, BackendChange, WholeAgent } from '@/lib/agent'

/** The fields of an agent's form. */
export interface Draft {
  agentName: string
  assistantName: string
  langCode: string
  systemPrompt: string
  keepsHistory: boolean
  type: 'echo' | 'relay'
  url: string
  token: string
  version: number
  reboot: boolean
}

export type Fault = 'required' | 'code' | 'url' | 'token'

export const MAX_PROMPT = 20_000

export function blank(): Draft {
  return {
    agentName: '',
    assistantName: '',
    langCode: '',
    systemPrompt: '',
    keepsHistory: true,
    type: 'echo',
    url: '',
    token: '',
    version: 0,
    reboot: false,
  }
}

export function draftOf(agent: WholeAgent): Draft {
  return {
    agentName: agent.agentName,
    assistantName: agent.assistantName,
    langCode: agent.langCode,
    systemPrompt: agent.systemPrompt,
    keepsHistory: agent.chatHistoryConf > 0,
    type: agent.backend.type,
    url: agent.backend.url,
    token: '',
    version: agent.backend.version,
    reboot: agent.backend.reboot,
  }
}

/** Errors by field; private addresses are checked by the server. */
export function faultsOf(draft: Draft): Partial<Record<keyof Draft, Fault>> {
  const faults: Partial<Record<keyof Draft, Fault>> = {}
  if (!draft.agentName.trim()) {
    faults.agentName = 'required'
  }
  if (!draft.assistantName.trim()) {
    faults.assistantName = 'required'
  }
  if (draft.langCode.trim() && !codeFits(draft.langCode.trim())) {
    faults.langCode = 'code'
  }
  return { ...faults, ...backendFaults(draft) }
}

export function backendFaults(draft: Draft): Partial<Record<keyof Draft, Fault>> {
  if (draft.type === 'echo') {
    return {}
  }
  const faults: Partial<Record<keyof Draft, Fault>> = {}
  if (!draft.url.trim()) {
    faults.url = 'required'
  } else if (!/^wss?:\/\/[^\s/]/i.test(draft.url.trim())) {
    faults.url = 'url'
  }
  if (!/^[ -~]*$/.test(draft.token.trim())) {
    faults.token = 'token'
  }
  return faults
}

/** A token that was not entered is left unchanged. */
export function backendOf(draft: Draft): BackendChange {
  if (draft.type === 'echo') {
    return { type: 'echo' }
  }
  const token = draft.token.trim()
  const url = draft.url.trim()
  const { version, reboot } = draft
  return { type: 'relay', url, version, reboot, ...(token ? { token } : {}) }
}

/** Whether the stored token would be dropped: it is sent to no other host. */
export function dropsToken(draft: Draft, known: WholeAgent | null): boolean {
  const before = known?.backend
  return Boolean(
    before?.type === 'relay' &&
      before.hasToken &&
      !draft.token.trim() &&
      (draft.type === 'echo' || originOf(draft.url) !== originOf(before.url)),
  )
}

function originOf(url: string): string {
  try {
    const { protocol, hostname, port } = new URL(url.trim())
    return `${protocol}//${hostname}:${port || (protocol === 'wss:' ? '443' : '80')}`
  } catch {
    return url
  }
}

export function changeOf(draft: Draft, known: WholeAgent | null): AgentChange {
  const langCode = draft.langCode.trim()
  // A custom language name is preserved as long as the code stays.
  const language = langCode === known?.langCode ? known.language : langCode && nameOfLanguage(langCode)
  return {
    agentName: draft.agentName.trim(),
    assistantName: draft.assistantName.trim(),
    langCode,
    language,
    systemPrompt: draft.systemPrompt,
    chatHistoryConf: draft.keepsHistory ? 1 : 0,
    backend: backendOf(draft),
  }
}
