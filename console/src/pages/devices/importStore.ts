import type { KeyFormat } from '@/lib/lists'
import type { Schema } from '@/lib/schema'

export type Kind = 'mac' | 'serial'
/** An entry that the server refused when it read the list. */
export type Bad = Schema<'RefusedEntry'>
/** Refused entries that are kept together. */
const PAGE = 5_000

/** One device to announce. */
export interface Item {
  /** From 1. */
  line: number
  /** The MAC in the firmware's form, or the serial number. */
  value: string
  /** Key of a serial number; empty for none. */
  key: string
}

/** The result for an announced device. */
export interface Outcome {
  /** `ours`: it already existed, perhaps from a part of this import that got no answer. */
  is: 'added' | 'exists' | 'ours' | 'refused'
  /** The server's message, if it was refused. */
  said?: string
}

/** An import without its lines. */
export interface Job {
  userId: string
  agentId: string
  agentName: string
  kind: Kind
  keys: KeyFormat
  startedAt: number
  /** How many devices. */
  total: number
  chunks: number
  /** How many entries were refused. */
  refused: number
  /** Why, in words. */
  reasons: Schema<'ListReason'>[]
}

/** An earlier version of this page kept no reasons. */
type StoredJob = Omit<Job, 'reasons'> & Partial<Pick<Job, 'reasons'>>

/** The part that goes into one request. */
export interface Chunk {
  index: number
  /** Keys are deleted as soon as they have been sent and answered. */
  items: Item[]
  /** As long as the items; null where the result is unknown. */
  outcomes: (Outcome | null)[]
  /** Whether it was sent at least once without an answer. */
  unanswered: boolean
}

/** Storage of a running import: one for each user of this browser. */
export interface JobStore {
  /** Whether it survives a reload. */
  readonly durable: boolean
  find(userId: string): Promise<Job | null>
  begin(job: Job, chunks: Chunk[], bad: Bad[]): Promise<void>
  /** Some of the refused entries, from the first page, 0, on; empty after the last. */
  bad(userId: string, page: number): Promise<Bad[]>
  chunk(userId: string, index: number): Promise<Chunk | null>
  save(userId: string, chunk: Chunk): Promise<void>
  forget(userId: string): Promise<void>
}

function pages(bad: Bad[]): Bad[][] {
  const all: Bad[][] = []
  for (let at = 0; at < bad.length; at += PAGE) {
    all.push(bad.slice(at, at + PAGE))
  }
  return all
}

/** For browsers without storage, as in some private windows. */
export class PageStore implements JobStore {
  readonly durable = false
  private readonly jobs = new Map<string, { job: Job; chunks: Map<number, Chunk>; bad: Bad[][] }>()

  async find(userId: string): Promise<Job | null> {
    return this.jobs.get(userId)?.job ?? null
  }

  async begin(job: Job, chunks: Chunk[], bad: Bad[]): Promise<void> {
    const kept = new Map(chunks.map((chunk) => [chunk.index, structuredClone(chunk)]))
    this.jobs.set(job.userId, { job, chunks: kept, bad: pages(bad) })
  }

  async bad(userId: string, page: number): Promise<Bad[]> {
    return this.jobs.get(userId)?.bad[page] ?? []
  }

  async chunk(userId: string, index: number): Promise<Chunk | null> {
    return structuredClone(this.jobs.get(userId)?.chunks.get(index) ?? null)
  }

  async save(userId: string, chunk: Chunk): Promise<void> {
    this.jobs.get(userId)?.chunks.set(chunk.index, structuredClone(chunk))
  }

  async forget(userId: string): Promise<void> {
    this.jobs.delete(userId)
  }
}

function asked<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((done, failed) => {
    request.onsuccess = () => done(request.result)
    request.onerror = () => failed(request.error)
  })
}

function ended(tx: IDBTransaction): Promise<void> {
  return new Promise((done, failed) => {
    tx.oncomplete = () => done()
    tx.onerror = () => failed(tx.error)
    tx.onabort = () => failed(tx.error)
  })
}

/** In the browser's database: the rest survives a reload, and a crash. */
export class BrowserStore implements JobStore {
  readonly durable = true

  private constructor(private readonly database: IDBDatabase) {}

  static async open(): Promise<BrowserStore> {
    const request = indexedDB.open('slipway-import', 2)
    request.onupgradeneeded = (event) => {
      if (event.oldVersion < 1) {
        request.result.createObjectStore('job', { keyPath: 'userId' })
        request.result.createObjectStore('chunk')
      }
      request.result.createObjectStore('bad')
    }
    const database = await asked(request)
    // Another tab has a newer version of this page: it would wait for this one.
    database.onversionchange = () => database.close()
    return new BrowserStore(database)
  }

  async find(userId: string): Promise<Job | null> {
    const jobs = this.database.transaction('job').objectStore('job')
    const found = await asked(jobs.get(userId) as IDBRequest<StoredJob | undefined>)
    return found ? { reasons: [], ...found } : null
  }

  async begin(job: Job, chunks: Chunk[], bad: Bad[]): Promise<void> {
    const tx = this.database.transaction(['job', 'chunk', 'bad'], 'readwrite', { durability: 'strict' })
    tx.objectStore('bad').delete(this.all(job.userId))
    pages(bad).forEach((page, index) => tx.objectStore('bad').put(page, [job.userId, index]))
    tx.objectStore('chunk').delete(this.all(job.userId))
    for (const chunk of chunks) {
      tx.objectStore('chunk').put(chunk, [job.userId, chunk.index])
    }
    tx.objectStore('job').put(job)
    await ended(tx)
  }

  async bad(userId: string, page: number): Promise<Bad[]> {
    const pages = this.database.transaction('bad').objectStore('bad')
    return (await asked(pages.get([userId, page]) as IDBRequest<Bad[] | undefined>)) ?? []
  }

  async chunk(userId: string, index: number): Promise<Chunk | null> {
    const chunks = this.database.transaction('chunk').objectStore('chunk')
    return (await asked(chunks.get([userId, index]) as IDBRequest<Chunk | undefined>)) ?? null
  }

  async save(userId: string, chunk: Chunk): Promise<void> {
    const tx = this.database.transaction('chunk', 'readwrite')
    tx.objectStore('chunk').put(chunk, [userId, chunk.index])
    await ended(tx)
  }

  async forget(userId: string): Promise<void> {
    const tx = this.database.transaction(['job', 'chunk', 'bad'], 'readwrite')
    tx.objectStore('job').delete(userId)
    tx.objectStore('chunk').delete(this.all(userId))
    tx.objectStore('bad').delete(this.all(userId))
    await ended(tx)
  }

  private all(userId: string): IDBKeyRange {
    return IDBKeyRange.bound([userId, 0], [userId, Number.MAX_SAFE_INTEGER])
  }
}

let opened: Promise<JobStore> | null = null

/** Shared by the whole page. */
export function jobStore(): Promise<JobStore> {
  opened ??= BrowserStore.open().catch(() => new PageStore())
  return opened
}
