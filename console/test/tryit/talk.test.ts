import { beforeEach, describe, expect, it, vi } from 'vitest'
import { Journal } from '@/pages/tryit/journal'
import { sessionUrl, Talk, type Wire } from '@/pages/tryit/talk'

/** The server's end of a socket. */
class Line implements Wire {
  binaryType = ''
  bufferedAmount = 0
  sent: (string | Uint8Array)[] = []
  closed = false
  onopen: Wire['onopen'] = null
  onmessage: Wire['onmessage'] = null
  onclose: Wire['onclose'] = null

  send(data: string | Uint8Array): void {
    this.sent.push(data)
  }
  close(): void {
    this.closed = true
  }
  opens(): void {
    this.onopen?.({} as never)
  }
  says(message: object | string): void {
    this.onmessage?.({ data: typeof message === 'string' ? message : JSON.stringify(message) } as MessageEvent<unknown>)
  }
  plays(frame: Uint8Array): void {
    this.onmessage?.({ data: frame.slice().buffer } as MessageEvent<unknown>)
  }
  texts(): Record<string, unknown>[] {
    return this.sent.filter((each) => typeof each === 'string').map((each) => JSON.parse(each) as Record<string, unknown>)
  }
}

const HELLO = { type: 'hello', transport: 'websocket', session_id: 's1', audio_params: { sample_rate: 16000, frame_duration: 60 } }

describe('a session', () => {
  let line: Line
  let talk: Talk
  let played: [Uint8Array, number, number][]
  let reboots: number
  const journal = new Journal()
  const knobs = { volume: 70, brightness: 75, theme: 'light' }

  beforeEach(() => {
    played = []
    reboots = 0
    journal.clear()
    talk = new Talk({
      journal,
      knobs,
      about: { board: 'b', version: '1', info: () => '{}' },
      dial: () => (line = new Line()),
      play: (...sound) => played.push(sound),
      quiet: () => {},
      reboot: () => reboots++,
    })
  })

  async function opened(version = 1): Promise<void> {
    const done = talk.open('ws://h/v1/ws/', version)
    line.opens()
    line.says(HELLO)
    await done
  }

  it('begins with hello and talks while the button is held', async () => {
    await opened(3)
    expect(line.texts()[0]).toMatchObject({ type: 'hello', version: 3, features: { mcp: true }, audio_params: { sample_rate: 16000, frame_duration: 60 } })
    expect(talk.view.phase).toBe('ready')
    talk.audio(Uint8Array.of(9))
    talk.listen('manual')
    talk.audio(Uint8Array.of(7))
    talk.stop()
    talk.audio(Uint8Array.of(8))
    expect(line.sent.filter((each) => typeof each !== 'string')).toEqual([Uint8Array.of(0, 0, 0, 1, 7)])
    expect(line.texts().slice(1)).toEqual([
      { session_id: 's1', type: 'listen', state: 'start', mode: 'manual' },
      { session_id: 's1', type: 'listen', state: 'stop' },
    ])
  })

  it('plays only between tts start and stop, as firmware does', async () => {
    await opened()
    line.plays(Uint8Array.of(1))
    line.says({ type: 'stt', text: '你好' })
    line.says({ type: 'llm', emotion: 'happy' })
    line.says({ type: 'tts', state: 'start' })
    line.says({ type: 'tts', state: 'sentence_start', text: '<b>hi</b>' })
    line.plays(Uint8Array.of(2))
    line.says({ type: 'tts', state: 'stop' })
    line.plays(Uint8Array.of(3))
    expect(played).toEqual([[Uint8Array.of(2), 16000, 60]])
    expect(talk.view.lines).toEqual([{ who: 'person', text: '你好' }, { who: 'device', text: '<b>hi</b>' }])
    expect(talk.view.emotion).toBe('happy')
    expect(talk.view.framesDown).toBe(3)
    expect(talk.view.phase).toBe('ready')
  })

  it('listens again after each answer once woken', async () => {
    await opened()
    talk.woken('你好小智', [Uint8Array.of(1), Uint8Array.of(2)])
    talk.listen('auto')
    line.says({ type: 'tts', state: 'start' })
    line.says({ type: 'tts', state: 'stop' })
    expect(talk.view.phase).toBe('listening')
    expect(line.texts().slice(1).map((each) => each.state)).toEqual(['detect', 'start', 'start'])
    expect(line.sent.filter((each) => typeof each !== 'string')).toHaveLength(2)
  })

  it('interrupts, and hangs up silently', async () => {
    await opened()
    line.says({ type: 'tts', state: 'start' })
    talk.abort()
    expect(line.texts().at(-1)).toEqual({ session_id: 's1', type: 'abort' })
    const said = line.sent.length
    talk.close()
    expect(line.closed).toBe(true)
    expect(line.sent).toHaveLength(said)
    expect(talk.view.phase).toBe('closed')
  })

  it('answers MCP and restarts on request', async () => {
    await opened()
    line.says({ type: 'mcp', payload: { jsonrpc: '2.0', id: 1, method: 'initialize', params: {} } })
    line.says({ type: 'mcp', payload: { jsonrpc: '2.0', id: 2, method: 'tools/list', params: { cursor: '' } } })
    line.says({ type: 'mcp', payload: { jsonrpc: '2.0', id: 3, method: 'tools/call', params: { name: 'self.audio_speaker.set_volume', arguments: { volume: 30 } } } })
    line.says({ type: 'mcp', payload: { jsonrpc: '2.0', method: 'notifications/initialized' } })
    const replies = line.texts().slice(1).map((each) => each.payload as { id: number; result: Record<string, unknown> })
    expect(replies.map((each) => each.id)).toEqual([1, 2, 3])
    expect(replies[0]?.result.serverInfo).toEqual({ name: 'b', version: '1' })
    expect((replies[1]?.result.tools as { name: string }[]).map((each) => each.name)).not.toContain('self.reboot')
    expect(knobs.volume).toBe(30)
    line.says({ type: 'mcp', payload: { jsonrpc: '2.0', id: 4, method: 'tools/call', params: { name: 'self.reboot' } } })
    line.says({ type: 'system', command: 'reboot' })
    line.says({ type: 'system', command: 'dance' })
    expect(reboots).toBe(2)
    expect(line.texts()).toHaveLength(4)
  })

  it('reports wrong tool calls as firmware does', async () => {
    await opened()
    const call = (params: object): unknown => {
      line.says({ type: 'mcp', payload: { jsonrpc: '2.0', id: 5, method: 'tools/call', params } })
      return (line.texts().at(-1)?.payload as { error: { message: string } }).error.message
    }
    expect(call({ name: 'self.fly' })).toBe('Unknown tool: self.fly')
    expect(call({ name: 'self.audio_speaker.set_volume' })).toBe('Missing valid argument: volume')
    expect(call({ name: 'self.audio_speaker.set_volume', arguments: { volume: 101 } })).toBe('Value exceeds maximum allowed: 100')
  })

  it('survives anything a server may send', async () => {
    await opened()
    for (const odd of ['', 'null', '[]', '7', '{"type":null}', '{"type":"tts"}', '{"type":"mcp"}', '{"type":"mcp","payload":7}', '{"type":"goodbye"}', '{"type":"stt","text":5}']) {
      line.says(odd)
    }
    line.plays(new Uint8Array(0))
    expect(talk.view.phase).toBe('ready')
    expect(talk.view.lines.every((each) => typeof each.text === 'string')).toBe(true)
  })

  it('gives up without a hello, and ends when the server closes', async () => {
    vi.useFakeTimers()
    const waiting = talk.open('ws://h/', 1)
    line.opens()
    vi.advanceTimersByTime(10_000)
    await waiting
    vi.useRealTimers()
    expect(talk.view.phase).toBe('closed')
    expect(line.closed).toBe(true)

    await opened()
    line.onclose?.({ code: 1000, reason: 'idle' } as CloseEvent)
    expect(talk.view.phase).toBe('closed')
    expect(journal.rows.at(-1)).toMatchObject({ kind: 'closed', text: '1000 idle' })
  })

  it('keeps its token out of the log', async () => {
    const url = sessionUrl({ url: '', token: 'secret-token-of-a-device', version: 2 }, 'ws://h/v1/ws/', 'd4:06:06:b6:a9:fa', 'c')
    expect(Object.fromEntries(new URL(url).searchParams)).toEqual({
      Authorization: 'Bearer secret-token-of-a-device', 'Device-Id': 'd4:06:06:b6:a9:fa', 'Client-Id': 'c', 'Protocol-Version': '2',
    })
    void talk.open(url, 2)
    expect(journal.rows[0]?.text).not.toContain('secret-token')
    talk.close()
  })
})
