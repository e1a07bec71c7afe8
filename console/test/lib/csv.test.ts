import { expect, it } from 'vitest'
import { csv } from '@/lib/csv'

it('a cell never breaks its line, and never becomes a formula', () => {
  expect(csv([[1, 'a"b', 'c,d', '=1+1', 'e\nf']])).toBe('1,"a""b","c,d",\'=1+1,"e\nf"\r\n')
})

it.each(['=', '+', '-', '@', '\t', '\uff1d', '\uff0b', '\uff0d', '\uff20'])('%s is defused', (first) => {
  const text = `${first}cmd`
  expect(csv([[text]])).toBe(`'${text}\r\n`)
})

it('leaves other cells as they are, and numbers', () => {
  expect(csv([[-1, "'a'"]])).toBe("-1,'a'\r\n")
})
