import { describe, expect, it } from 'vitest'
import { limitOf, queryOf, turned } from '@/pages/devices/filter'

describe('a list of devices', () => {
  it('sends a search without filter and order', () => {
    expect(queryOf({ q: 'bread', by: 'board', agent: 'a', sort: 'mac', desc: '1' })).toEqual({
      q: 'bread',
      by: 'board',
      limit: 20,
      cursor: undefined,
    })
    expect(queryOf({ agent: 'a', sort: 'seen', desc: '1', cursor: 'c', limit: '50' })).toMatchObject({
      agentId: 'a',
      sort: 'seen',
      desc: '1',
      limit: 50,
      cursor: 'c',
    })
    expect(queryOf({ desc: '1' }).desc).toBe('')
  })

  it('shows a bounded page with any address', () => {
    expect(['', '0', '101', 'x', '1.5', undefined].map(limitOf)).toEqual([20, 20, 20, 20, 20, 20])
    expect(limitOf('100')).toBe(100)
  })

  it('is sorted by its headers: up, down, and unsorted', () => {
    let order = turned('mac', { sort: '', desc: '' })
    expect(order).toEqual({ sort: 'mac', desc: '' })
    order = turned('mac', order)
    expect(order).toEqual({ sort: 'mac', desc: '1' })
    expect(turned('board', order)).toEqual({ sort: 'board', desc: '' })
    expect(turned('mac', order)).toEqual({ sort: '', desc: '' })
  })
})
