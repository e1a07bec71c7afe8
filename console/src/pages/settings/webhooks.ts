import type { Webhook } from './types'

/** What a webhook is told: what the server takes when no types are named, or what is picked. */
export type Scope = 'rollouts' | 'picked'

export interface WebhookDraft {
  url: string
  scope: Scope
  types: string[]
  rolloutId: string
  everyAccount: boolean
  active: boolean
}

export function draftOf(webhook: Webhook | null): WebhookDraft {
  return {
    url: webhook?.url ?? '',
    scope: webhook?.types.length ? 'picked' : 'rollouts',
    types: [...(webhook?.types ?? [])],
    rolloutId: webhook?.rolloutId ?? '',
    everyAccount: webhook?.everyAccount ?? false,
    active: webhook?.active ?? true,
  }
}

/** What is sent; `everyAccount` by administrators only, as others are refused for naming it. */
export function bodyOf(draft: WebhookDraft, admin: boolean): Record<string, unknown> {
  return {
    url: draft.url.trim(),
    types: draft.scope === 'picked' ? draft.types : [],
    rolloutId: draft.rolloutId.trim(),
    active: draft.active,
    ...(admin ? { everyAccount: draft.everyAccount } : {}),
  }
}

/** What is wrong before the server is asked: the field, or null. */
export function wrongField(draft: WebhookDraft): 'url' | 'types' | null {
  if (!/^https?:\/\/[^\s/]+/i.test(draft.url.trim())) {
    return 'url'
  }
  return draft.scope === 'picked' && draft.types.length === 0 ? 'types' : null
}

/** A URL without its query, which may hold a secret that passers-by needn't read. */
export function shortUrl(url: string): string {
  const at = url.indexOf('?')
  return at < 0 ? url : `${url.slice(0, at)}?…`
}
