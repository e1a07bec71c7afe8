import type { Schema } from '@/lib/schema'

/** An account, as /xiaozhi/user/info and /v1/users show it. */
export type Account = Schema<'User'>

/** The user's own account, as only /xiaozhi/user/info returns it. */
export type Me = Schema<'OwnAccount'>

export type ApiKey = Schema<'ApiKey'>

export type Webhook = Schema<'Webhook'>

export type Delivery = Schema<'Delivery'>

export type AuditEntry = Schema<'AuditEntry'>

export type FeedEvent = Schema<'Event'>
