import { describe, expect, it } from 'vitest'
import { revision, type Build } from '@/lib/build'
import { additions, changes, formOf, names, withBoard } from '@/pages/firmware/form'

const build = {
  boards: [{ name: 'bread-compact-wifi', aliases: ['bread', 'compact'] }],
  scheme: 'V2',
  floors: ['1.8.0', '2.0.0'],
  channel: 'stable',
  notes: 'two\nlines',
} as unknown as Build

describe('the editable fields of a build', () => {
  it('survive the form', () => {
    expect(additions(formOf(build))).toEqual({
      boards: build.boards,
      scheme: 'V2',
      floors: build.floors,
      channel: 'stable',
      notes: 'two\nlines',
    })
    expect(changes(formOf(build), build)).toEqual({})
  })

  it('are sent only if changed: a build in use refuses the rest', () => {
    const form = { ...formOf(build), notes: 'new', channel: ' beta ' }
    expect(changes(form, build)).toEqual({ notes: 'new', channel: 'beta' })
  })

  it('omit empty rows', () => {
    const form = { ...formOf(build), boards: [{ name: ' ', aliases: '' }, { name: ' a ', aliases: 'b,  c，b' }] }
    expect(changes(form, build)).toEqual({ boards: [{ name: 'a', aliases: ['b', 'c'] }] })
  })

  it('contain a board once, by any of its names', () => {
    const form = formOf(build)
    expect(withBoard(form, 'COMPACT')).toBe(form.boards)
    expect(withBoard({ ...form, boards: [{ name: '', aliases: '' }] }, 'x')).toEqual([
      { name: 'x', aliases: '' },
    ])
  })

  it('accept names separated by Chinese punctuation', () => {
    expect(names(' a、b； c\nd,')).toEqual(['a', 'b', 'c', 'd'])
    expect(names('')).toEqual([])
  })
})

it('show chip revisions in the usual notation', () => {
  expect(revision(0)).toBe('v0.0')
  expect(revision(3)).toBe('v0.3')
  expect(revision(101)).toBe('v1.1')
})
