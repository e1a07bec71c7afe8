import { at } from '@/lib/base'
import { onScopeDispose, ref } from 'vue'

/** Messages pushed by the server; `reload` stands for anything. */
export interface Live {
  presence: { mac: string; online: boolean }
  waiting: object
  device: { mac: string }
  import: { agentId: string }
  rollout: { id: string }
  event: { id: string; type: string }
  reload: object
}

type Kind = keyof Live
type Listener = (data: never) => void

const KINDS: Kind[] = ['presence', 'waiting', 'device', 'import', 'rollout', 'event', 'reload']
const listeners = new Map<Kind, Set<Listener>>()
let source: EventSource | null = null
let opened = false
let again: ReturnType<typeof setTimeout> | undefined
const REOPEN_MS = 5_000

/** Whether updates arrive: pages show it if they don't. */
export const connected = ref(false)

function tell(kind: Kind, data: unknown): void {
  for (const listener of listeners.get(kind) ?? []) {
    listener(data as never)
  }
}

/** Listens from sign-in to sign-out; the browser reconnects by itself. */
export function listen(): void {
  if (source || typeof EventSource === 'undefined') {
    return
  }
  source = new EventSource(at('/v1/live'))
  source.onopen = () => {
    connected.value = true
    // Updates in between were missed.
    if (opened) {
      tell('reload', {})
    }
    opened = true
  }
  source.onerror = () => {
    connected.value = false
    // Browsers give up after an answer such as a proxy's 502, which a restart may cause.
    if (source?.readyState === EventSource.CLOSED) {
      source = null
      clearTimeout(again)
      again = setTimeout(listen, REOPEN_MS * (1 + Math.random()))
    }
  }
  for (const kind of KINDS) {
    source.addEventListener(kind, (message) => {
      tell(kind, JSON.parse((message as MessageEvent<string>).data || '{}'))
    })
  }
}

export function hush(): void {
  clearTimeout(again)
  source?.close()
  source = null
  opened = false
  connected.value = false
}

/**
 * Calls `what` for updates of this kind while the component exists; `reload` always triggers it.
 */
export function onLive<K extends Kind>(kind: K, what: (data: Live[K] | null) => void): void {
  const own = (data: Live[K]): void => what(data)
  const anything = (): void => what(null)
  add(kind, own as Listener)
  if (kind !== 'reload') {
    add('reload', anything)
  }
  onScopeDispose(() => {
    listeners.get(kind)?.delete(own as Listener)
    listeners.get('reload')?.delete(anything)
  })
}

function add(kind: Kind, listener: Listener): void {
  const all = listeners.get(kind) ?? new Set()
  listeners.set(kind, all.add(listener))
}

/** Calls `what` at most once per `ms`, and once more for calls in between. */
export function calmly(what: () => void, ms = 1_000): () => void {
  let last = 0
  let waiting: ReturnType<typeof setTimeout> | null = null
  onScopeDispose(() => waiting && clearTimeout(waiting))
  return () => {
    if (waiting) {
      return
    }
    waiting = setTimeout(
      () => {
        waiting = null
        last = Date.now()
        what()
      },
      Math.max(0, last + ms - Date.now()),
    )
  }
}
