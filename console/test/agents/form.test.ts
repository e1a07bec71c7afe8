import { describe, expect, it } from 'vitest'
import type { WholeAgent } from '@/lib/agent'
import { backendOf, blank, changeOf, draftOf, dropsToken, faultsOf } from '@/pages/agents/form'

const known: WholeAgent = {
  id: 'a',
  agentName: 'Kitchen',
  assistantName: 'Ada',
  systemPrompt: '',
  lastConnectedAt: null,
  deviceCount: 0,
  backend: { type: 'relay', url: 'wss://voice.example.com/x', version: 2, hasToken: true, reboot: false },
  language: 'my own words',
  langCode: 'zh-CN',
  chatHistoryConf: 1,
  createdAt: '',
  updatedAt: '',
  agentCode: '',
  llmModelId: '',
  ttsVoiceId: '',
  memModelId: '',
  intentModelId: '',
  asrModelId: '',
  vadModelId: '',
  vllmModelId: '',
  ttsModelId: '',
  summaryMemory: '',
  datasetIds: [],
  sort: 0,
  functions: [],
  extra: {},
}

describe('the form of an agent', () => {
  it('requires both names', () => {
    expect(faultsOf({ ...blank(), agentName: ' ' })).toEqual({ agentName: 'required', assistantName: 'required' })
    expect(faultsOf({ ...blank(), agentName: 'a', assistantName: 'b' })).toEqual({})
  })

  it('requires a valid address for a relay', () => {
    const draft = { ...draftOf(known), url: '' }
    expect(faultsOf(draft)).toEqual({ url: 'required' })
    expect(faultsOf({ ...draft, url: 'https://voice.example.com' })).toEqual({ url: 'url' })
    expect(faultsOf({ ...draft, url: 'wss://voice.example.com', token: '\u5bc6' })).toEqual({ token: 'token' })
    expect(faultsOf({ ...draft, langCode: 'Chinese!' })).toMatchObject({ langCode: 'code' })
  })

  it('sends no token if none was typed', () => {
    expect(backendOf(draftOf(known))).toEqual({
      type: 'relay',
      url: 'wss://voice.example.com/x',
      version: 2,
      reboot: false,
    })
    expect(backendOf({ ...draftOf(known), token: ' t ' })).toMatchObject({ token: 't' })
    expect(backendOf({ ...draftOf(known), type: 'echo' })).toEqual({ type: 'echo' })
  })

  it('detects when the stored token would be dropped', () => {
    const draft = draftOf(known)
    expect(dropsToken(draft, known)).toBe(false)
    expect(dropsToken({ ...draft, url: 'wss://voice.example.com:443/other' }, known)).toBe(false)
    expect(dropsToken({ ...draft, url: 'wss://elsewhere.example.com/x' }, known)).toBe(true)
    expect(dropsToken({ ...draft, url: 'ws://voice.example.com/x' }, known)).toBe(true)
    expect(dropsToken({ ...draft, type: 'echo' }, known)).toBe(true)
    expect(dropsToken({ ...draft, url: 'wss://elsewhere.example.com/x', token: 't' }, known)).toBe(false)
  })

  it('leaves hidden fields unchanged', () => {
    expect(changeOf(draftOf(known), known)).toMatchObject({ language: 'my own words', chatHistoryConf: 1 })
    expect(changeOf({ ...draftOf(known), langCode: 'en-US' }, known).language).toContain('English')
    expect(changeOf({ ...draftOf(known), keepsHistory: false }, known).chatHistoryConf).toBe(0)
    expect(changeOf({ ...blank(), agentName: 'a', assistantName: 'b' }, null).chatHistoryConf).toBe(1)
  })
})
