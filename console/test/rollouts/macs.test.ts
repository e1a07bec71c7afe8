import { describe, expect, it } from 'vitest'
import { macOf, MOST_MACS, readMacs, textOf } from '@/pages/rollouts/macs'

describe('a MAC', () => {
  it('is read in all the ways that people write it', () => {
    for (const text of ['AA:BB:CC:00:11:22', 'aa-bb-cc-00-11-22', 'aabbcc001122']) {
      expect(macOf(text)).toBe('aa:bb:cc:00:11:22')
    }
  })

  it('is nothing else', () => {
    for (const text of ['', 'aa:bb:cc:00:11', 'aa:bb:cc-00-11-22', 'aabbcc00112g', 'aa bb cc 00 11 22', 'aa:bbcc001122']) {
      expect(macOf(text), text).toBeNull()
    }
  })
})

describe('a list of MACs', () => {
  it('is one a line or the first column of a table', () => {
    const list = readMacs(
      '\ufeffMAC,board\r\n"AA:BB:CC:00:11:22",x\r\n\r\naabbcc001123;y # spare\r\n# all\r\naa:bb:cc:00:11:24\tz\r\n',
    )
    expect(list.macs).toEqual(['aa:bb:cc:00:11:22', 'aa:bb:cc:00:11:23', 'aa:bb:cc:00:11:24'])
    expect(list.wrong).toBe(0)
  })

  it('names the lines that are none, and counts those that repeat', () => {
    const list = readMacs('aabbcc001122\nAA-BB-CC-00-11-22\nnonsense\nmac\n' + 'y'.repeat(80))
    expect(list.macs).toHaveLength(1)
    expect(list.repeated).toBe(1)
    expect(list.wrong).toBe(3)
    expect(list.invalid.map((each) => each.line)).toEqual([3, 4, 5])
    expect(list.invalid[2]?.value).toBe('y'.repeat(64) + '…')
  })

  it('shows a hundred wrong lines and counts all', () => {
    const list = readMacs('x\n'.repeat(500))
    expect(list.wrong).toBe(500)
    expect(list.invalid).toHaveLength(100)
  })

  it('ends where a rollout can name no more', () => {
    const one = (n: number): string => n.toString(16).padStart(12, '0')
    const text = Array.from({ length: MOST_MACS + 5 }, (_, n) => one(n)).join('\n')
    const list = readMacs(text)
    expect(list.tooMany).toBe(true)
    expect(list.macs).toHaveLength(MOST_MACS)
    expect(readMacs(text)).toBe(list)
  })
})

describe('a file', () => {
  it('may be of a Chinese spreadsheet', () => {
    expect(textOf(new TextEncoder().encode('客厅'))).toBe('客厅')
    // aabbcc001122,客厅 in GB 18030
    const bytes = [...new TextEncoder().encode('aabbcc001122,'), 0xbf, 0xcd, 0xcc, 0xfc]
    const text = textOf(new Uint8Array(bytes))
    expect(readMacs(text ?? '').macs).toEqual(['aa:bb:cc:00:11:22'])
  })

  it('is refused where it is no text', () => {
    expect(textOf(new Uint8Array([0x50, 0x4b, 3, 4, 0, 0]))).toBeNull()
  })
})
