import { onScopeDispose, ref } from 'vue'

/** What the server tells without being asked; `reload` stands for anything. */
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

/** Whether news come in: pages say so when they do not. */
export const connected = ref(false)

function tell(kind: Kind, data: unknown): void {
  for (const listener of listeners.get(kind) ?? []) {
    listener(data as never)
  }
}

/** Listens, from sign-in to sign-out; the browser reconnects by itself. */
export function listen(): void {
  if (source || typeof EventSource === 'undefined') {
    return
  }
  source = new EventSource('/v1/live')
  source.onopen = () => {
    connected.value = true
    // What happened in between was missed.
    if (opened) {
      tell('reload', {})
    }
    opened = true
  }
  source.onerror = () => {
    connected.value = false
    // Browsers give up after an answer such as a proxy's 502, which is what a restart looks like.
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

/** Calls `what` for news of this kind as long as the component lives; `reload` comes always. */
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

/** Calls `what` at most once in `ms`, and once more for what came meanwhile. */
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
