import { afterEach, describe, expect, it, vi } from 'vitest'
import { effectScope } from 'vue'
import { hush, listen, onLive } from '@/lib/live'
import { useLost } from '@/lib/lost'

/** Enough of an EventSource to lose its connection. */
class Source {
  static readonly CLOSED = 2
  static all: Source[] = []
  readyState = 1
  onopen = (): void => {}
  onerror = (): void => {}
  private readonly told = new Map<string, (message: { data: string }) => void>()

  constructor(readonly url: string) {
    Source.all.push(this)
  }

  addEventListener(kind: string, what: (message: { data: string }) => void): void {
    this.told.set(kind, what)
  }

  tell(kind: string, data: string): void {
    this.told.get(kind)?.({ data })
  }

  close(): void {
    this.readyState = Source.CLOSED
  }
}

afterEach(() => {
  hush()
  Source.all = []
  vi.unstubAllGlobals()
  vi.useRealTimers()
})

describe('live updates', () => {
  it('are reported missing only after a while', () => {
    vi.useFakeTimers()
    vi.stubGlobal('EventSource', Source)
    const scope = effectScope()
    const lost = scope.run(() => useLost(() => true, 5_000))
    listen()
    vi.advanceTimersByTime(4_000)
    Source.all[0]?.onopen()
    expect(lost?.value).toBe(false)
    scope.stop()
  })

  it('reconnect after a response that browsers give up on, and make pages reload their data', async () => {
    vi.useFakeTimers()
    vi.stubGlobal('EventSource', Source)
    const scope = effectScope()
    const heard: unknown[] = []
    const lost = scope.run(() => {
      onLive('rollout', (data) => heard.push(data))
      return useLost(() => true, 5_000)
    })
    listen()
    Source.all[0]?.onopen()
    Source.all[0]?.tell('rollout', '{"id":"r1"}')
    expect(heard).toEqual([{ id: 'r1' }])
    Source.all[0]?.close()
    Source.all[0]?.onerror()
    await vi.advanceTimersByTimeAsync(5_000)
    expect(lost?.value).toBe(true)
    await vi.advanceTimersByTimeAsync(5_001)
    expect(Source.all.length).toBe(2)
    Source.all[1]?.onopen()
    await vi.advanceTimersByTimeAsync(1)
    expect(lost?.value).toBe(false)
    expect(heard).toEqual([{ id: 'r1' }, null])
    scope.stop()
  })

  it('do not reconnect after sign-out', async () => {
    vi.useFakeTimers()
    vi.stubGlobal('EventSource', Source)
    listen()
    Source.all[0]?.close()
    Source.all[0]?.onerror()
    hush()
    await vi.advanceTimersByTimeAsync(60_000)
    expect(Source.all.length).toBe(1)
  })
})
