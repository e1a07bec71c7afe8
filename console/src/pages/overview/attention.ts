import type { RouteLocationRaw } from 'vue-router'
import type { Schema } from '@/lib/schema'

/** Something that a person should look at; a newer server has more kinds. */
export type Attention = Omit<Schema<'AttentionItem'>, 'kind'> & { kind: string }

const KINDS = [
  'rollout-halted',
  'build-quarantined',
  'device-contested',
  'backend-failing',
  'codes-withheld',
  'codes-guessed',
  'proxy-unnamed',
  'sequential-macs',
  'device-address',
  'disk-low',
  'backup-late',
  'certificate',
] as const

/** What to do about it, as the name of a text; `other` for kinds unknown to this console. */
export function todo(item: Attention): (typeof KINDS)[number] | 'other' {
  return KINDS.find((kind) => kind === item.kind) ?? 'other'
}

/**
 * What it refers to, if the sentence does not say so: a name entered by the owner, shown as text.
 */
export function about(item: Attention): string {
  switch (item.kind) {
    case 'rollout-halted':
      return item.name ?? ''
    default:
      return ''
  }
}

/** The page where it can be handled; null if there is none. */
export function place(item: Attention): RouteLocationRaw | null {
  const id = item.id ? encodeURIComponent(item.id) : ''
  switch (item.kind) {
    case 'rollout-halted':
      return id ? `/rollouts/${id}` : '/rollouts'
    case 'build-quarantined':
      return id ? `/firmware/${id}` : '/firmware'
    case 'device-contested':
      return item.mac ? `/devices/${encodeURIComponent(item.mac)}` : '/devices'
    case 'backend-failing':
      return id ? `/agents/${id}` : '/agents'
    case 'codes-withheld':
      return '/devices/add'
    case 'codes-guessed':
      return '/settings/audit'
    case 'sequential-macs':
      return '/settings/users'
    case 'proxy-unnamed':
    case 'device-address':
      return '/settings/reach'
    case 'disk-low':
    case 'backup-late':
    case 'certificate':
      return '/settings/system'
    default:
      return null
  }
}
