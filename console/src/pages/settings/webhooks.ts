import type { Webhook } from './types'

/** The events of a webhook: the server's default, or a selection. */
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

/** The request body; `everyAccount` only for administrators, because it is refused for others. */
export function bodyOf(draft: WebhookDraft, admin: boolean): Record<string, unknown> {
  return {
    url: draft.url.trim(),
    types: draft.scope === 'picked' ? draft.types : [],
    rolloutId: draft.rolloutId.trim(),
    active: draft.active,
    ...(admin ? { everyAccount: draft.everyAccount } : {}),
  }
}

/** The invalid field, checked before sending, or null. */
export function wrongField(draft: WebhookDraft): 'url' | 'types' | null {
  if (!/^https?:\/\/[^\s/]+/i.test(draft.url.trim())) {
    return 'url'
  }
  return draft.scope === 'picked' && draft.types.length === 0 ? 'types' : null
}

/** A URL without its query, which may contain a secret. */
export function shortUrl(url: string): string {
  const at = url.indexOf('?')
  return at < 0 ? url : `${url.slice(0, at)}?…`
}
