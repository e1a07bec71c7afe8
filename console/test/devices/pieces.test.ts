import { flushPromises } from '@vue/test-utils'
import { afterEach, describe, expect, it, vi } from 'vitest'
import AliasEdit from '@/pages/devices/AliasEdit.vue'
import ImportForm from '@/pages/devices/ImportForm.vue'
import { useImport } from '@/pages/devices/importJob'
import { PageStore } from '@/pages/devices/importStore'
import NearbyList from '@/pages/devices/NearbyList.vue'
import PartitionMap from '@/pages/devices/PartitionMap.vue'
import ToolCard from '@/pages/devices/ToolCard.vue'
import { at, ok, server } from './page'

afterEach(() => {
  vi.unstubAllGlobals()
  document.body.innerHTML = ''
})

describe('an alias', () => {
  const update = 'PUT /xiaozhi/device/update/m'

  it('is edited in place', async () => {
    const bodies: unknown[] = []
    server({ [update]: (body) => (bodies.push(body), ok({})) })
    const alias = await at(AliasEdit, '/', { mac: 'm', alias: '<b>old</b>' })
    expect(alias.text()).toContain('<b>old</b>')
    await alias.get('button').trigger('click')
    await alias.get('input').setValue('  new ')
    await alias.get('form').trigger('submit')
    await flushPromises()
    expect(bodies).toEqual([{ alias: 'new' }])
    expect(alias.emitted('changed')).toEqual([['new']])
    expect(alias.find('input').exists()).toBe(false)
  })

  it('is unchanged after Escape, and stays editable after a refusal', async () => {
    const asked = server({ [update]: () => [400, { code: 400, msg: 'too long' }] })
    const alias = await at(AliasEdit, '/', { mac: 'm', alias: 'old' })
    await alias.get('button').trigger('click')
    await alias.get('input').setValue('new')
    await alias.get('form').trigger('keydown', { key: 'Escape' })
    await flushPromises()
    expect(asked).toEqual([])
    await alias.get('button').trigger('click')
    await alias.get('input').setValue('new')
    await alias.get('form').trigger('submit')
    await flushPromises()
    expect(alias.find('input').exists()).toBe(true)
    expect(alias.emitted('changed')).toBeUndefined()
  })
})

describe('a partition map', () => {
  it('is drawn to scale and described in a table', async () => {
    const map = await at(PartitionMap, '/', {
      partitions: [
        { label: 'nvs', type: 1, subtype: 2, address: 0x10000, size: 0x10000 },
        { label: 'ota_0', type: 0, subtype: 16, address: 0x100000, size: 0x200000 },
      ],
      flash: 4 << 20,
      running: 'ota_0',
    })
    const parts = map.findAll('rect').map((each) => [each.attributes('x'), each.attributes('width')])
    expect(parts).toContainEqual(['25%', '50%'])
    expect(map.get('svg').attributes('aria-label')).toContain('4 MiB')
    const row = map.findAll('tbody tr').find((each) => each.text().includes('ota_0'))
    expect(row?.text()).toContain('running')
    expect(row?.text()).toContain('2 MiB')
  })
})

describe('the form of an import', () => {
  it('shows what the server reads, and sends that', async () => {
    const bodies: { mac_addresses: string[] }[] = []
    const read: unknown[] = []
    server({
      'GET /xiaozhi/agent/list': () => ok([{ id: 'a1', agentName: 'Kitchen' }]),
      'GET /xiaozhi/agent/a1': () => ok({ id: 'a1', agentName: 'Kitchen' }),
      'POST /v1/device-lists': (body) => {
        read.push(body)
        return ok({
          column: 2,
          heading: 'MAC',
          keyColumn: 0,
          count: 1,
          repeated: 1,
          refusedCount: 1,
          reasons: [{ reason: 'NOT_A_MAC', text: 'not a MAC address', count: 1 }],
          refused: [{ line: 3, value: 'nonsense', reason: 'NOT_A_MAC', text: 'not a MAC address' }],
          devices: [{ line: 2, value: 'd4:06:06:b6:a9:fa' }],
        })
      },
      'POST /xiaozhi/device/preregister': (body) => {
        bodies.push(body as { mac_addresses: string[] })
        return [200, { success_count: 1, failed: [] }]
      },
    })
    const store = new PageStore()
    const importing = useImport('', async () => store)
    const form = await at(ImportForm, '/devices/import?agent=a1', { importing })
    await flushPromises()
    const text = 'SN\tMAC\n1\tD40606B6A9FA\n2\tnonsense'
    await form.get('textarea').setValue(text)
    await vi.waitFor(() => expect(form.text()).toContain('1 device to import'))
    expect(read).toEqual([text])
    expect(form.text()).toContain('Taken from column 2 (MAC).')
    expect(form.get('ol').text()).toBe('d4:06:06:b6:a9:fa')
    expect(form.text()).toContain('1 refused: not a MAC address')
    expect(form.get('[role=region]').text()).toContain('Line 3')
    await form.get('form').trigger('submit')
    await vi.waitFor(() => expect(importing.state.value).toBe('finished'))
    expect(bodies.map((each) => each.mac_addresses)).toEqual([['d4:06:06:b6:a9:fa']])
    expect(importing.job.value?.refused).toBe(1)
  })
})

describe('devices nearby', () => {
  it('are listed without their code', async () => {
    server({
      'GET /v1/nearby': () =>
        ok([{ board: 'box-3', macTail: 'a9fa', askedAt: new Date().toISOString(), digits: 6 }]),
    })
    const list = await at(NearbyList, '/')
    await flushPromises()
    expect(list.text()).toContain('box-3')
    expect(list.text()).toContain('a9fa')
    expect(list.text()).toContain('code of 6 digits')
  })

  it('are not guessed behind an untrusted proxy', async () => {
    server({
      'GET /v1/nearby': () => [200, { code: 0, msg: '', data: [], off: true, reason: { zh: 'z', en: 'A proxy' } }],
    })
    const list = await at(NearbyList, '/', { always: true })
    await flushPromises()
    expect(list.text()).toContain('A proxy')
  })
})

describe('a tool', () => {
  const tool = {
    name: 'self.audio_speaker.set_volume',
    description: 'Set the volume',
    inputSchema: { type: 'object', properties: { volume: { type: 'integer', minimum: 0, maximum: 100 } }, required: ['volume'] },
    callable: true,
  }

  it('is called with the form’s values', async () => {
    const bodies: unknown[] = []
    server({
      'POST /v1/devices/m/tools/call': (body) => (bodies.push(body), ok({ content: [{ type: 'text', text: 'true' }], isError: false })),
    })
    const card = await at(ToolCard, '/', { mac: 'm', tool, online: true })
    await card.get('form').trigger('submit')
    expect(card.text()).toContain('Required')
    await card.get('input').setValue('30')
    await card.get('form').trigger('submit')
    await flushPromises()
    expect(bodies).toEqual([{ name: tool.name, arguments: { volume: 30 } }])
    expect(card.get('pre').text()).toBe('true')
  })

  it('that can’t be called manually has no button', async () => {
    const card = await at(ToolCard, '/', { mac: 'm', tool: { ...tool, callable: false }, online: true })
    expect(card.find('button[type=submit]').exists()).toBe(false)
  })
})
