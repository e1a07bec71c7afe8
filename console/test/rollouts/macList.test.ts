import { mount } from '@vue/test-utils'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { i18n } from '@/i18n'
import { listOf, MOST_BYTES, type DeviceList, type NamedList } from '@/lib/lists'
import MacList from '@/pages/rollouts/MacList.vue'

const A = 'aa:bb:cc:00:11:22'
const B = 'aa:bb:cc:00:11:23'

const read = (devices: string[], more: Partial<DeviceList> = {}): DeviceList => ({
  column: 1,
  heading: '',
  keyColumn: 0,
  count: devices.length,
  repeated: 0,
  refusedCount: 0,
  reasons: [],
  refused: [],
  devices: devices.map((value, i) => ({ line: i + 1, value })),
  ...more,
})

/** What is sent to be read, answered one after the other. */
function server(answers: (DeviceList | string)[]): Blob[] {
  const sent: Blob[] = []
  vi.stubGlobal('fetch', async (path: string, init: RequestInit) => {
    expect(path).toBe('/v1/device-lists?kind=names&keys=hex')
    sent.push(init.body as Blob)
    const answer = answers[sent.length - 1]
    return typeof answer === 'string'
      ? new Response(JSON.stringify({ code: 400, msg: answer }), { status: 400 })
      : new Response(JSON.stringify({ code: 0, msg: 'success', data: answer }))
  })
  return sent
}

afterEach(() => void vi.unstubAllGlobals())

const field = (given: NamedList) => {
  i18n.global.locale.value = 'en'
  const wrapper = mount(MacList, {
    props: {
      label: 'MACs',
      modelValue: given,
      'onUpdate:modelValue': (now: NamedList) => void wrapper.setProps({ modelValue: now }),
    },
    global: { plugins: [i18n] },
  })
  return wrapper
}

describe('the field for MACs', () => {
  it('shows what the server reads of a text, and why it refuses lines', async () => {
    const refused = [{ line: 2, value: 'nonsense', reason: 'NOT_A_MAC' as const }]
    const reasons = [{ reason: 'NOT_A_MAC' as const, text: 'not a MAC address', count: 1 }]
    const sent = server([read([A], { refusedCount: 1, reasons, refused }), read([A, B])])
    const wrapper = field(listOf([]))
    await wrapper.find('textarea').setValue('aabbcc001122\nnonsense')
    expect(wrapper.props('modelValue').read).toBe(false)
    await vi.waitFor(() => expect(wrapper.find('[role=alert]').text()).toContain('nonsense'))
    expect(await sent[0]?.text()).toBe('aabbcc001122\nnonsense')
    expect(wrapper.props('modelValue')).toMatchObject({ devices: [A], refused: 1, read: true })
    await wrapper.find('textarea').setValue('aabbcc001122\naabbcc001123')
    await vi.waitFor(() => expect(wrapper.props('modelValue').devices).toEqual([A, B]))
    expect(wrapper.find('[role=status]').text()).toContain('2')
    expect(wrapper.find('[role=alert]').exists()).toBe(false)
  })

  it('adds the devices of a file, and says from which column they are', async () => {
    const sent = server([read([B], { column: 2, heading: 'MAC' }), read([A, B]), 'neither text nor xlsx'])
    const wrapper = field(listOf([A]))
    const drop = (file: File) => wrapper.find('.macs').trigger('drop', { dataTransfer: { files: [file] } })
    const file = new File([new Uint8Array([0x50, 0x4b, 3, 4])], 'macs.xlsx')
    await drop(file)
    await vi.waitFor(() => expect(wrapper.props('modelValue').devices).toEqual([A, B]))
    expect(sent[0]).toBe(file)
    expect(wrapper.text()).toContain('macs.xlsx')
    expect(wrapper.text()).toContain('Taken from column 2 (MAC).')
    await drop(new File(['x'], 'x'))
    await vi.waitFor(() => expect(wrapper.find('[role=alert]').text()).toBe('neither text nor xlsx'))
    expect(wrapper.props('modelValue').devices).toEqual([A, B])
    const large = new File([], 'large')
    Object.defineProperty(large, 'size', { value: MOST_BYTES + 1 })
    await drop(large)
    await vi.waitFor(() => expect(wrapper.find('[role=alert]').text()).toContain('split it'))
    expect(sent).toHaveLength(3)
  })
})
