import { flushPromises, mount } from '@vue/test-utils'
import { describe, expect, it } from 'vitest'
import { i18n } from '@/i18n'
import MacList from '@/pages/rollouts/MacList.vue'
import { deviceRefOf, macOf, MOST_MACS, readMacs, textOf } from '@/lib/macs'

describe('a MAC', () => {
  it('is read in every common notation', () => {
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

describe('what names a device in a path', () => {
  it('is a MAC or an id, and a number of twelve digits is a MAC', () => {
    expect(deviceRefOf('253010277953106948')).toBe('253010277953106948')
    expect(deviceRefOf('AABBCC001122')).toBe('aa:bb:cc:00:11:22')
    expect(deviceRefOf('123456789012')).toBe('12:34:56:78:90:12')
    for (const text of ['', '12345678901', '1'.repeat(20), '25301027795310694x']) {
      expect(deviceRefOf(text), text).toBeNull()
    }
  })
})

describe('a list of MACs', () => {
  it('is one per line or the first column of a table', () => {
    const list = readMacs(
      '\ufeffMAC,board\r\n"AA:BB:CC:00:11:22",x\r\n\r\naabbcc001123;y # spare\r\n# all\r\naa:bb:cc:00:11:24\tz\r\n',
    )
    expect(list.macs).toEqual(['aa:bb:cc:00:11:22', 'aa:bb:cc:00:11:23', 'aa:bb:cc:00:11:24'])
    expect(list.wrong).toBe(0)
  })

  it('reports invalid lines and counts duplicates', () => {
    const list = readMacs('aabbcc001122\nAA-BB-CC-00-11-22\nnonsense\nmac\n' + 'y'.repeat(80))
    expect(list.macs).toHaveLength(1)
    expect(list.repeated).toBe(1)
    expect(list.wrong).toBe(3)
    expect(list.invalid.map((each) => each.line)).toEqual([3, 4, 5])
    expect(list.invalid[2]?.value).toBe('y'.repeat(64) + '…')
  })

  it('names the account where several accounts have the device', () => {
    const list = readMacs('ann/AA-BB-CC-00-11-22\nbob / aabbcc001122\nann/aabbcc001122\n/aabbcc001122\nann/')
    expect(list.macs).toEqual(['ann/aa:bb:cc:00:11:22', 'bob/aa:bb:cc:00:11:22'])
    expect(list.repeated).toBe(1)
    expect(list.invalid.map((each) => each.line)).toEqual([4, 5])
  })

  it('has no MAC that several devices share', () => {
    const list = readMacs('000000000000\n01:00:5e:00:00:01\nff:ff:ff:ff:ff:ff\naabbcc001122')
    expect(list.wrong).toBe(3)
    expect(list.macs).toEqual(['aa:bb:cc:00:11:22'])
  })

  it('shows a hundred wrong lines and counts all', () => {
    const list = readMacs('x\n'.repeat(500))
    expect(list.wrong).toBe(500)
    expect(list.invalid).toHaveLength(100)
  })

  it('is limited to what a rollout can name', () => {
    const one = (n: number): string => n.toString(16).padStart(12, '0')
    const text = Array.from({ length: MOST_MACS + 5 }, (_, n) => one(n)).join('\n')
    const list = readMacs(text)
    expect(list.tooMany).toBe(true)
    expect(list.macs).toHaveLength(MOST_MACS)
    expect(readMacs(text)).toBe(list)
  })
})

describe('a file', () => {
  it('may come from a Chinese spreadsheet', () => {
    expect(textOf(new TextEncoder().encode('客厅'))).toBe('客厅')
    // aabbcc001122,客厅 in GB 18030
    const bytes = [...new TextEncoder().encode('aabbcc001122,'), 0xbf, 0xcd, 0xcc, 0xfc]
    const text = textOf(new Uint8Array(bytes))
    expect(readMacs(text ?? '').macs).toEqual(['aa:bb:cc:00:11:22'])
  })

  it('is refused if it isn’t text', () => {
    expect(textOf(new Uint8Array([0x50, 0x4b, 3, 4, 0, 0]))).toBeNull()
  })
})

describe('the field for MACs', () => {
  const field = (text: string) => {
    const wrapper = mount(MacList, {
      props: {
        label: 'MACs',
        modelValue: text,
        'onUpdate:modelValue': (now: string) => void wrapper.setProps({ modelValue: now }),
      },
      global: { plugins: [i18n] },
    })
    return wrapper
  }

  it('shows the count and the invalid lines while typing', async () => {
    const wrapper = field('aabbcc001122\nnonsense')
    expect(wrapper.find('[role=status]').text()).toContain('1')
    expect(wrapper.find('[role=alert]').text()).toContain('nonsense')
    await wrapper.find('textarea').setValue('aabbcc001122\naabbcc001123')
    expect(wrapper.find('[role=status]').text()).toContain('2')
    expect(wrapper.find('[role=alert]').exists()).toBe(false)
  })

  it('adds the content of a file, or the reason for refusing it', async () => {
    const wrapper = field('aabbcc001122')
    const drop = async (bytes: BlobPart): Promise<void> => {
      const files = [new File([bytes], 'macs.csv')]
      await wrapper.find('.macs').trigger('drop', { dataTransfer: { files } })
      await flushPromises()
    }
    await drop('mac,alias\naabbcc001123,x')
    expect(wrapper.find('[role=alert]').exists()).toBe(false)
    expect(readMacs(wrapper.props('modelValue')).macs).toHaveLength(2)
    await drop(new Uint8Array([0x50, 0x4b, 3, 4, 0, 0]))
    expect(wrapper.find('[role=alert]').text()).toBe(i18n.global.t('rollouts.macs.noText'))
    expect(readMacs(wrapper.props('modelValue')).macs).toHaveLength(2)
  })
})
