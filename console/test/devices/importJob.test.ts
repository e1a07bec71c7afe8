import { afterEach, describe, expect, it } from 'vitest'
import { chunksOf, useImport, type Importing } from '@/pages/devices/importJob'
import { PageStore, type Item, type Job, type Kind } from '@/pages/devices/importStore'

interface Sent {
  mac_addresses: string[]
  serial_numbers: string[]
  serials: { serial_number: string; key: string; key_format: string }[]
}

const real = globalThis.fetch
afterEach(() => {
  globalThis.fetch = real
})

const EXISTS = '\u5df2\u5b58\u5728'
const BUSY = '\u6570\u636e\u5e93\u7e41\u5fd9\uff0c\u8bf7\u91cd\u8bd5'

// A server that remembers what was announced and fails on demand.
function server(trouble: (nth: number) => 'before' | 'after' | number | null = () => null) {
  const known = new Set<string>()
  const requests: Sent[] = []
  const busy = new Set<string>()
  globalThis.fetch = async (_path, init) => {
    const sent = JSON.parse(String(init?.body)) as Sent
    requests.push(sent)
    const wrong = trouble(requests.length)
    if (wrong === 'before') {
      throw new TypeError('no network')
    }
    if (typeof wrong === 'number') {
      return new Response(JSON.stringify({ code: wrong, msg: 'no' }), { status: wrong })
    }
    const failed: { value: string; reason: string }[] = []
    const all = [...sent.mac_addresses, ...sent.serial_numbers, ...sent.serials.map((s) => s.serial_number)]
    for (const value of all) {
      if (busy.delete(value)) {
        failed.push({ value, reason: BUSY })
      } else if (known.has(value)) {
        failed.push({ value, reason: EXISTS })
      } else {
        known.add(value)
      }
    }
    if (wrong === 'after') {
      throw new TypeError('the answer was lost')
    }
    return new Response(JSON.stringify({ success_count: all.length - failed.length, failed }))
  }
  return { known, requests, busy }
}

const macs = (n: number): Item[] =>
  Array.from({ length: n }, (_, i) => ({
    line: i + 1,
    value: (i.toString(16).padStart(12, '0').match(/../g) ?? []).join(':'),
    key: '',
  }))

const job = (kind: Kind = 'mac'): Omit<Job, 'chunks' | 'total'> => ({
  userId: 'u',
  agentId: 'a',
  agentName: 'A',
  kind,
  keys: 'hex',
  startedAt: 0,
  refused: 0,
  reasons: [],
})

async function is(importing: Importing): Promise<string[]> {
  const all: string[] = []
  for await (const rows of importing.rows()) {
    all.push(...rows.map((row) => row.outcome?.is ?? '?'))
  }
  return all
}

describe('an import', () => {
  it('is sent in chunks, and every line has its result', async () => {
    const { known, requests } = server()
    known.add('00:00:00:00:00:01')
    const store = new PageStore()
    const importing = useImport('u', async () => store)
    await importing.begin(job(), macs(1_200), [])
    await importing.run()
    expect(importing.state.value).toBe('finished')
    expect(requests.map((each) => each.mac_addresses.length)).toEqual([500, 500, 200])
    expect(importing.tally.value).toEqual({ added: 1_199, exists: 1, refused: 0 })
    expect((await is(importing))[1]).toBe('exists')
  })

  it('waits and retries when the network fails', async () => {
    const { requests } = server((nth) => (nth <= 2 ? 'before' : null))
    const waits: number[] = []
    const store = new PageStore()
    const importing = useImport('u', async () => store, async (ms) => void waits.push(ms))
    await importing.begin(job(), macs(3), [])
    await importing.run()
    expect(importing.state.value).toBe('finished')
    expect(requests).toHaveLength(3)
    expect(waits).toEqual([1_000, 2_000])
  })

  it('resends only what the database was too busy for', async () => {
    const { requests, busy } = server()
    busy.add('00:00:00:00:00:02')
    const store = new PageStore()
    const importing = useImport('u', async () => store, async () => {})
    await importing.begin(job(), macs(4), [])
    await importing.run()
    expect(requests.map((each) => each.mac_addresses.length)).toEqual([4, 1])
    expect(importing.tally.value).toEqual({ added: 4, exists: 0, refused: 0 })
  })

  it('continues after a reload, and recognizes its own earlier results', async () => {
    // The second chunk arrives, its response is lost, and then the server is down.
    const broken = server((nth) => (nth === 2 ? 'after' : nth > 2 ? 'before' : null))
    const store = new PageStore()
    const first = useImport('u', async () => store, async () => {})
    await first.begin(job(), macs(1_100), [])
    await first.run()
    expect(first.state.value).toBe('stopped')
    expect(first.error.value).toBeTruthy()

    const healed = server()
    broken.known.forEach((value) => healed.known.add(value))
    const second = useImport('u', async () => store)
    await second.open()
    expect(second.state.value).toBe('stopped')
    expect(second.tally.value.added).toBe(500)
    await second.run()
    expect(second.state.value).toBe('finished')
    expect(healed.requests.map((each) => each.mac_addresses.length)).toEqual([500, 100])
    const outcomes = await is(second)
    expect(outcomes.slice(0, 500).every((each) => each === 'added')).toBe(true)
    expect(outcomes.slice(500, 1_000).every((each) => each === 'ours')).toBe(true)
    expect(outcomes.slice(1_000).every((each) => each === 'added')).toBe(true)

    await second.forget()
    await first.open()
    expect(first.state.value).toBe('none')
  })

  it('stops at a refusal without a retry', async () => {
    const { requests } = server(() => 403)
    const store = new PageStore()
    const importing = useImport('u', async () => store, async () => {})
    await importing.begin(job(), macs(2), [])
    await importing.run()
    expect(importing.state.value).toBe('stopped')
    expect(requests).toHaveLength(1)
    server()
    await importing.run()
    expect(await is(importing)).toEqual(['added', 'added'])
  })

  it('forgets keys as soon as they are answered', async () => {
    const { requests } = server()
    const key = '00112233445566778899aabbccddeeff'
    const store = new PageStore()
    const importing = useImport('u', async () => store)
    await importing.begin(job('serial'), [
      { line: 1, value: 'SN-1', key },
      { line: 2, value: 'SN-2', key: '' },
    ], [])
    await importing.run()
    expect(requests[0]?.serials).toEqual([{ serial_number: 'SN-1', key, key_format: 'hex' }])
    expect(requests[0]?.serial_numbers).toEqual(['SN-2'])
    expect(JSON.stringify(await store.chunk('u', 0))).not.toContain(key)
  })

  it('keeps every refused entry, in pages', async () => {
    server()
    const store = new PageStore()
    const importing = useImport('u', async () => store)
    const bad = Array.from({ length: 12_345 }, (_, i) => ({ line: i + 2, value: 'x', reason: 'NOT_A_MAC' as const }))
    await importing.begin(job(), macs(1), bad)
    const pages: (typeof bad)[] = []
    for await (const page of importing.bad()) {
      pages.push(page as typeof bad)
    }
    expect(pages.length).toBeGreaterThan(1)
    expect(pages.flat()).toEqual(bad)
    await importing.forget()
    expect((await importing.bad().next()).done).toBe(true)
  })

  it('belongs to one user', async () => {
    server()
    const store = new PageStore()
    const importing = useImport('u', async () => store)
    await importing.begin(job(), macs(1), [])
    const other = useImport('v', async () => store)
    await other.open()
    expect(other.state.value).toBe('none')
  })
})

describe('chunks', () => {
  it('hold all items in order', () => {
    const items = macs(7)
    const chunks = chunksOf(items, 3)
    expect(chunks.map((chunk) => chunk.items.length)).toEqual([3, 3, 1])
    expect(chunks.flatMap((chunk) => chunk.items)).toEqual(items)
  })
})
