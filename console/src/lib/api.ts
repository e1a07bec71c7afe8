import { at } from '@/lib/base'
import { i18n, language } from '@/i18n'

/** An error, in the server's own words if there are any. */
export class ApiError extends Error {
  constructor(
    message: string,
    /** HTTP status; 0 if there was no answer. */
    readonly status: number,
    /** The envelope's code; the status if there is no envelope. */
    readonly code: number = status,
    /** Machine-readable facts, for example {field} or {retryAfterSeconds}. */
    readonly data: Readonly<Record<string, unknown>> = {},
  ) {
    super(message)
  }

  /** The form field that it refers to; empty for none. */
  get field(): string {
    return typeof this.data.field === 'string' ? this.data.field : ''
  }

  /** The message without the field's name at its start: for display next to the field. */
  get reason(): string {
    const before = /^[\w.[\]]+(：|: )/.exec(this.message)
    return this.field && before ? this.message.slice(before[0].length) : this.message
  }
}

export interface Paged<T> {
  rows: T[]
  next: string | null
}

interface Envelope {
  code?: number
  msg?: string
  data?: unknown
  nextCursor?: string | null
}

export type Query = Record<string, string | number | boolean | null | undefined>

let signedOut: () => void = () => {}

/** Registers a listener that is called when an answer reports that the user is not signed in. */
export function onSignedOut(what: () => void): void {
  signedOut = what
}

/** A path with those parameters that have a value. */
export function withQuery(path: string, query: Query = {}): string {
  const set = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== null && value !== '') {
      set.set(name, String(value))
    }
  }
  const text = set.toString()
  return text ? `${path}?${text}` : path
}

export const HEADERS = { 'X-Slipway-Console': '1' }
const PATIENCE_MS = 30_000

async function envelope(
  method: string,
  path: string,
  body?: unknown,
  signal?: AbortSignal,
  patienceMs = PATIENCE_MS,
): Promise<Envelope> {
  const { t } = i18n.global
  const form = body instanceof FormData
  // A file goes as it is, byte by byte.
  const raw = form || body instanceof Blob
  const patience = AbortSignal.timeout(patienceMs)
  let response: Response
  try {
    response = await fetch(at(path), {
      method,
      headers: {
        ...HEADERS,
        'Accept-Language': language(),
        ...(body === undefined || form ? {} : { 'Content-Type': 'application/json' }),
      },
      body: body === undefined ? undefined : raw ? body : JSON.stringify(body),
      signal: signal ? AbortSignal.any([signal, patience]) : patience,
    })
  } catch (e) {
    if (signal?.aborted) {
      throw e
    }
    throw new ApiError(t('common.error.network'), 0)
  }
  return read(response.status, await response.text().catch(() => ''))
}

/** An error that Slipway did not send: there is a proxy in between. */
function foreign(status: number): string {
  const { t } = i18n.global
  return status === 413
    ? t('common.error.tooLargeForProxy')
    : t('common.error.unexpected', { status })
}

/** Parses an answer's envelope; throws its error. */
export function read(status: number, text: string): Envelope {
  let answer: Envelope
  try {
    answer = JSON.parse(text) as Envelope
  } catch {
    throw new ApiError(foreign(status), status)
  }
  const code = answer.code ?? 0
  // Some answers have no envelope: they are the data themselves.
  const ok = status < 400 && (code === 0 || answer.msg === undefined)
  if (!ok) {
    if (status === 401) {
      signedOut()
    }
    const data = typeof answer.data === 'object' && answer.data !== null ? answer.data : {}
    throw new ApiError(
      answer.msg || foreign(status),
      status,
      code,
      data as Record<string, unknown>,
    )
  }
  return answer
}

export async function call<T>(
  method: string,
  path: string,
  body?: unknown,
  signal?: AbortSignal,
  patienceMs?: number,
): Promise<T> {
  const answer = await envelope(method, path, body, signal, patienceMs)
  return ('data' in answer ? answer.data : answer) as T
}

export const get = <T>(path: string, query?: Query, signal?: AbortSignal): Promise<T> =>
  call<T>('GET', withQuery(path, query), undefined, signal)
export const post = <T>(path: string, body: unknown = {}): Promise<T> => call<T>('POST', path, body)
export const put = <T>(path: string, body: unknown = {}): Promise<T> => call<T>('PUT', path, body)
export const patch = <T>(path: string, body: unknown = {}): Promise<T> =>
  call<T>('PATCH', path, body)
export const remove = <T>(path: string, body?: unknown): Promise<T> =>
  call<T>('DELETE', path, body)

/** One page of a list. */
export async function page<T>(
  path: string,
  query?: Query,
  signal?: AbortSignal,
): Promise<Paged<T>> {
  const answer = await envelope('GET', withQuery(path, query), undefined, signal)
  return { rows: (answer.data ?? []) as T[], next: answer.nextCursor ?? null }
}

/** An answer with further members next to its data. */
export const answer = <T extends object>(
  path: string,
  query?: Query,
  signal?: AbortSignal,
): Promise<T> => envelope('GET', withQuery(path, query), undefined, signal) as Promise<T>

/** The message of an error for a person. */
export function words(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
