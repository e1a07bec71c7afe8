import type { Query } from '@/lib/api'

/** Filters and order of the list of devices, as in the page's address. */
export interface Filter {
  q: string
  by: string
  agent: string
  tag: string
  channel: string
  /** `talking`: only those with a session. */
  show: string
  sort: string
  desc: string
}

export const FIELDS = ['mac', 'alias', 'board', 'version'] as const
export const SORTS = ['alias', 'mac', 'board', 'version', 'seen', 'bound'] as const
export type Sort = (typeof SORTS)[number]

export const NAMES = ['q', 'by', 'agent', 'tag', 'channel', 'show', 'sort', 'desc', 'limit']
export const PAGE = 20

/** The query for the server; a search takes no other filter and no order. */
export function queryOf(address: Record<string, string>): Query {
  const { q, by, agent, tag, channel, sort, desc, cursor } = address
  const page = { limit: limitOf(address.limit), cursor }
  return q
    ? { q, by, ...page }
    : { agentId: agent, tag, channel, sort, desc: sort ? desc : '', ...page }
}

export function limitOf(text: string | undefined): number {
  const limit = Number(text)
  return Number.isInteger(limit) && limit >= 1 && limit <= 100 ? limit : PAGE
}

/**
 * The effect of a click on a column's head: ascending, descending, and back to the default order.
 */
export function turned(sort: Sort, filter: Pick<Filter, 'sort' | 'desc'>): { sort: string; desc: string } {
  if (filter.sort !== sort) {
    return { sort, desc: '' }
  }
  return filter.desc ? { sort: '', desc: '' } : { sort, desc: '1' }
}
