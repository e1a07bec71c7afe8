/** An account, as in /xiaozhi/user/info and /v1/users. */
export interface Account {
  id: string
  username: string
  admin: boolean
  trusted: boolean
  disabled: boolean
  createdAt: string
}

/** The user's own account, only in /xiaozhi/user/info. */
export interface Me extends Account {
  /** IANA name; empty for the server's. */
  timeZone: string
  serverTimeZone: string
}

export interface ApiKey {
  id: string
  name: string
  prefix: string
  createdAt: string
  lastUsedAt: string | null
}

export interface Webhook {
  id: string
  url: string
  types: string[]
  rolloutId: string | null
  everyAccount: boolean
  active: boolean
  offReason: string | null
  createdAt: string
  updatedAt: string
}

export interface Delivery {
  id: string
  eventId: string | null
  type: string
  state: 'waiting' | 'delivered' | 'dead'
  attempts: number
  nextAt: string | null
  status: number | null
  error: string | null
  createdAt: string
  updatedAt: string
}

export interface AuditEntry {
  id: string
  at: string
  accountId: string
  username: string
  action: string
  target: string
  detail: string
  address: string
}

export interface FeedEvent {
  id: string
  type: string
  at: string
  accountId: string | null
  rolloutId: string | null
  buildId: string | null
  mac: string | null
  data: unknown
  text: { zh: string; en: string }
}
