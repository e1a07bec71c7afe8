import { ref, shallowRef, type Ref } from 'vue'
import { i18n } from '@/i18n'
import { reasonIs } from '@/i18n/reasons'
import { ApiError, post } from '@/lib/api'
import type { Bad, Chunk, Item, Job, JobStore, Outcome } from './importStore'
import type { Schema } from '@/lib/schema'

/** The server commits this many at a time. */
export const CHUNK = 500
/** Between attempts, ms; after the last one a person decides. */
const WAITS = [1_000, 2_000, 4_000, 8_000, 16_000]

type Answer = Schema<'ImportResult'>

export interface Tally {
  added: number
  exists: number
  refused: number
}

export type State = 'none' | 'stopped' | 'running' | 'finished'

/** One line of the result. */
export interface Row extends Item {
  outcome: Outcome | null
}

export interface Importing {
  job: Ref<Job | null>
  state: Ref<State>
  tally: Ref<Tally>
  error: Ref<unknown>
  durable: Ref<boolean>
  /** Loads what an earlier page has left. */
  open: () => Promise<void>
  /** Keeps what is to be sent, and what is not. */
  begin: (job: Omit<Job, 'chunks' | 'total'>, items: Item[], bad: Bad[]) => Promise<void>
  /** Sends what is left; ends when everything is sent, when stopped, or when it can't continue. */
  run: () => Promise<void>
  stop: () => void
  forget: () => Promise<void>
  /** Every line with its result, a chunk at a time. */
  rows: () => AsyncGenerator<Row[]>
  /** Every refused entry of the list, some at a time. */
  bad: () => AsyncGenerator<Bad[]>
}

export function chunksOf(items: Item[], size = CHUNK): Chunk[] {
  const chunks: Chunk[] = []
  for (let at = 0; at < items.length; at += size) {
    const part = items.slice(at, at + size)
    chunks.push({
      index: chunks.length,
      items: part,
      outcomes: part.map(() => null),
      unanswered: false,
    })
  }
  return chunks
}

function send(job: Job, items: Item[]): Promise<Answer> {
  const serials = job.kind === 'serial' ? items : []
  return post<Answer>('/xiaozhi/device/preregister', {
    agent_id: job.agentId,
    mac_addresses: job.kind === 'mac' ? items.map((item) => item.value) : [],
    serial_numbers: serials.filter((item) => !item.key).map((item) => item.value),
    serials: serials
      .filter((item) => item.key)
      .map((item) => ({ serial_number: item.value, key: item.key, key_format: job.keys })),
  })
}

/** Whether trying again may help. */
const passes = (e: unknown): boolean =>
  e instanceof ApiError && (e.status === 0 || e.status === 429 || e.status >= 500)

/**
 * An import in many small requests, stored in the browser so that it can be resumed after a
 * reload.
 * @param pause waits this many milliseconds
 */
export function useImport(
  userId: string,
  store: () => Promise<JobStore>,
  pause = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms)),
): Importing {
  const job = shallowRef<Job | null>(null)
  const state = ref<State>('none')
  const tally = ref<Tally>({ added: 0, exists: 0, refused: 0 })
  const error = shallowRef<unknown>(null)
  const durable = ref(true)
  let stopping = false

  function count(outcomes: (Outcome | null)[]): number {
    let known = 0
    for (const outcome of outcomes) {
      if (outcome) {
        known++
        tally.value[outcome.is === 'ours' ? 'exists' : outcome.is]++
      }
    }
    return known
  }

  async function open(): Promise<void> {
    const kept = await store()
    durable.value = kept.durable
    job.value = await kept.find(userId)
    tally.value = { added: 0, exists: 0, refused: 0 }
    let known = 0
    for (let index = 0; index < (job.value?.chunks ?? 0); index++) {
      known += count((await kept.chunk(userId, index))?.outcomes ?? [])
    }
    state.value = !job.value ? 'none' : known >= job.value.total ? 'finished' : 'stopped'
  }

  async function begin(wanted: Omit<Job, 'chunks' | 'total'>, items: Item[], bad: Bad[]): Promise<void> {
    const kept = await store()
    const chunks = chunksOf(items)
    const made: Job = { ...wanted, total: items.length, chunks: chunks.length }
    await kept.begin(made, chunks, bad)
    job.value = made
    tally.value = { added: 0, exists: 0, refused: 0 }
    error.value = null
    state.value = 'stopped'
  }

  // True if the results of the whole chunk are known.
  async function once(kept: JobStore, running: Job, chunk: Chunk): Promise<boolean> {
    const open = chunk.items.flatMap((_item, at) => (chunk.outcomes[at] ? [] : [at]))
    const before = chunk.unanswered
    await kept.save(userId, { ...chunk, unanswered: true })
    let answer: Answer
    try {
      answer = await send(running, open.map((at) => chunk.items[at]!))
    } catch (e) {
      // A refusal has written nothing; after any other failure the result is unknown.
      chunk.unanswered = before || passes(e)
      await kept.save(userId, chunk)
      throw e
    }
    const failed = new Map(answer.failed.map((each) => [each.value, each.reason]))
    let busy = false
    for (const at of open) {
      const outcome = outcomeOf(failed.get(chunk.items[at]!.value), before)
      busy ||= outcome === null
      chunk.outcomes[at] = outcome
    }
    count(open.map((at) => chunk.outcomes[at]!))
    chunk.unanswered = before && busy
    chunk.items = chunk.items.map((item, at) => (chunk.outcomes[at] ? { ...item, key: '' } : item))
    await kept.save(userId, chunk)
    return !busy
  }

  async function whole(kept: JobStore, running: Job, chunk: Chunk): Promise<void> {
    for (let attempt = 0; ; attempt++) {
      try {
        if (await once(kept, running, chunk)) {
          return
        }
      } catch (e) {
        if (!passes(e) || attempt >= WAITS.length || stopping) {
          throw e
        }
      }
      if (stopping) {
        return
      }
      if (attempt >= WAITS.length) {
        throw new ApiError(i18n.global.t('devices.import.busy'), 503)
      }
      await pause(WAITS[attempt]!)
    }
  }

  async function run(): Promise<void> {
    const running = job.value
    if (!running || state.value === 'running') {
      return
    }
    stopping = false
    error.value = null
    state.value = 'running'
    try {
      const kept = await store()
      await alone(userId, async () => {
        for (let index = 0; index < running.chunks && !stopping; index++) {
          const chunk = await kept.chunk(userId, index)
          if (chunk?.outcomes.some((outcome) => !outcome)) {
            await whole(kept, running, chunk)
          }
        }
      })
    } catch (e) {
      error.value = e
    }
    const { added, exists, refused } = tally.value
    state.value = added + exists + refused >= running.total ? 'finished' : 'stopped'
  }

  async function forget(): Promise<void> {
    await (await store()).forget(userId)
    job.value = null
    state.value = 'none'
  }

  async function* rows(): AsyncGenerator<Row[]> {
    const kept = await store()
    for (let index = 0; index < (job.value?.chunks ?? 0); index++) {
      const chunk = await kept.chunk(userId, index)
      yield chunk?.items.map((item, at) => ({ ...item, outcome: chunk.outcomes[at] ?? null })) ?? []
    }
  }

  async function* bad(): AsyncGenerator<Bad[]> {
    const kept = await store()
    for (let page = 0; ; page++) {
      const some = await kept.bad(userId, page)
      if (some.length === 0) {
        return
      }
      yield some
    }
  }

  return { job, state, tally, error, durable, open, begin, run, stop: () => (stopping = true), forget, rows, bad }
}

// Each of two tabs would report what the other has sent as duplicates.
async function alone(userId: string, work: () => Promise<void>): Promise<void> {
  if (!navigator.locks) {
    return work()
  }
  await navigator.locks.request(`slipway-import-${userId}`, { ifAvailable: true }, async (lock) => {
    if (!lock) {
      throw new Error(i18n.global.t('devices.import.elsewhere'))
    }
    await work()
  })
}

function outcomeOf(reason: string | undefined, before: boolean): Outcome | null {
  if (reason === undefined) {
    return { is: 'added' }
  }
  if (reasonIs('busy', reason)) {
    return null
  }
  return reasonIs('exists', reason)
    ? { is: before ? 'ours' : 'exists' }
    : { is: 'refused', said: reason }
}
