import type { Schema } from '@/lib/schema'

/** An account, as /xiaozhi/user/info and /v1/users show it. */
export type Account = Schema<'User'>

/** One's own account, as /xiaozhi/user/info alone shows it. */
export type Me = Schema<'OwnAccount'>

export type ApiKey = Schema<'ApiKey'>

export type Webhook = Schema<'Webhook'>

export type Delivery = Schema<'Delivery'>

export type AuditEntry = Schema<'AuditEntry'>

export type FeedEvent = Schema<'Event'>
