import { describe, expect, it } from 'vitest'
import { check } from '@/pages/devices/importText'

const values = (text: string): string[] => check(text, 'mac', 'hex').items.map((item) => item.value)

describe('a list of MACs', () => {
  it('accepts every notation', () => {
    expect(values('D4:06:06:B6:A9:FA\nd4-06-06-b6-a9-fb\r\n d40606b6a9fc \n')).toEqual([
      'd4:06:06:b6:a9:fa',
      'd4:06:06:b6:a9:fb',
      'd4:06:06:b6:a9:fc',
    ])
  })

  it('reports the lines of invalid and duplicate entries', () => {
    const found = check('d4:06:06:b6:a9:fa\n\nd4:06:06:b6:a9\nD40606B6A9FA', 'mac', 'hex')
    expect(found.items).toEqual([{ line: 1, value: 'd4:06:06:b6:a9:fa', key: '' }])
    expect(found.bad).toEqual([
      { line: 3, text: 'd4:06:06:b6:a9', fault: 'mac' },
      { line: 4, text: 'd4:06:06:b6:a9:fa', fault: 'twice', first: 1 },
    ])
  })

  it('accepts a table with a header and other columns', () => {
    const found = check('\ufeffMAC,name\n"d4:06:06:b6:a9:fa",kitchen\nd4:06:06:b6:a9:fb\tbed room', 'mac', 'hex')
    expect(found.heading).toBe(true)
    expect(found.items.map((item) => item.line)).toEqual([2, 3])
    expect(found.bad).toEqual([])
  })

  it('accepts several per line, and still finds a typo among them', () => {
    const found = check('d4:06:06:b6:a9:fa d4:06:06:b6:a9:fb, d4:06:06:b6:a9:fg', 'mac', 'hex')
    expect(found.items).toHaveLength(2)
    expect(found.bad).toEqual([{ line: 1, text: 'd4:06:06:b6:a9:fg', fault: 'mac' }])
  })

  it('reads a hundred thousand lines', () => {
    const many = Array.from({ length: 100_000 }, (_, n) => n.toString(16).padStart(12, '0'))
    expect(check(many.join('\n'), 'mac', 'hex').items).toHaveLength(100_000)
  })
})

describe('a list of serial numbers', () => {
  const key = '00112233445566778899aabbccddeeff'

  it('accepts them with and without keys', () => {
    const found = check(`SN,key\nSN-1,${key}\nSN-2`, 'serial', 'hex')
    expect(found.items).toEqual([
      { line: 2, value: 'SN-1', key },
      { line: 3, value: 'SN-2', key: '' },
    ])
  })

  it('reports errors without showing a key', () => {
    const found = check(`S N\nSN-1,123\nSN-2,${key},x\n${'9'.repeat(65)}`, 'serial', 'hex')
    expect(found.bad.map((bad) => bad.fault)).toEqual(['serial', 'key-hex', 'columns', 'serial'])
    expect(found.bad[1]?.text).toBe('SN-1')
    expect(found.bad[2]?.text).not.toContain(key)
  })

  it('counts the bytes of a text key', () => {
    expect(check('SN-1,sixteen bytes...', 'serial', 'ascii').items).toHaveLength(1)
    expect(check('SN-1,too short', 'serial', 'ascii').bad[0]?.fault).toBe('key-ascii')
  })
})
