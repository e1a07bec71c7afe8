import { expect, it } from 'vitest'
import { csv } from '@/pages/devices/csv'

it('a cell never breaks its line, and never becomes a formula', () => {
  expect(csv([[1, 'a"b', 'c,d', '=1+1', 'e\nf']])).toBe('1,"a""b","c,d",\'=1+1,"e\nf"\r\n')
})
