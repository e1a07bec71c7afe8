import { describe, expect, it } from 'vitest'
import { extent, stretches } from '@/pages/devices/partitions'

// Of firmware 2.4.2 on a chip with 16 MiB.
const V2 = [
  { label: 'ota_1', type: 0, subtype: 17, address: 4259840, size: 4128768 },
  { label: 'nvs', type: 1, subtype: 2, address: 36864, size: 16384 },
  { label: 'otadata', type: 1, subtype: 0, address: 53248, size: 8192 },
  { label: 'phy_init', type: 1, subtype: 1, address: 61440, size: 4096 },
  { label: 'ota_0', type: 0, subtype: 16, address: 131072, size: 4128768 },
  { label: 'assets', type: 1, subtype: 130, address: 8388608, size: 8388608 },
]
const FLASH = 16 << 20

describe('a partition map', () => {
  it('covers the flash from end to end, gaps included', () => {
    const all = stretches(V2, FLASH, 'ota_0')
    expect(all.map((each) => each.use)).toEqual(['boot', 'nvs', 'otadata', 'phy', 'free', 'app', 'app', 'assets'])
    let at = 0
    for (const each of all) {
      expect(each.address).toBe(at)
      at += each.size
    }
    expect(at).toBe(FLASH)
    expect(all.some((each) => each.wrong)).toBe(false)
  })

  it('shows the running slot and the next one', () => {
    const of = (slot: string): string[] =>
      stretches(V2, FLASH, slot).filter((each) => each.next).map((each) => each.label)
    expect(of('ota_0')).toEqual(['ota_1'])
    expect(of('ota_1')).toEqual(['ota_0'])
    expect(of('factory')).toEqual(['ota_0'])
    expect(of('')).toEqual([])
  })

  it('does not write to the only slot while it runs', () => {
    const one = V2.filter((p) => p.label !== 'ota_1')
    expect(stretches(one, FLASH, 'ota_0').filter((each) => each.next)).toEqual([])
  })

  it('marks what overlaps or does not fit', () => {
    const all = stretches(
      [
        { label: 'a', type: 1, subtype: 2, address: 0x9000, size: 0x6000 },
        { label: 'b', type: 1, subtype: 2, address: 0xa000, size: 0x1000 },
        { label: 'c', type: 0, subtype: 16, address: 0x3f0000, size: 0x20000 },
      ],
      4 << 20,
      '',
    )
    expect(all.filter((each) => each.wrong).map((each) => each.label)).toEqual(['b', 'c'])
    expect(extent(all, 4 << 20)).toBe(0x410000)
  })
})
