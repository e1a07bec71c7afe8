import { at } from '@/lib/base'
import { i18n, language } from '@/i18n'
import { ApiError, HEADERS, read } from '@/lib/api'
import type { Build, UploadedBuild } from '@/lib/build'

/** The progress of a file. */
export type Upload =
  | { at: 'waiting' }
  | { at: 'sending'; sent: number; total: number }
  /** Sent; the server is verifying it. */
  | { at: 'checking' }
  | { at: 'done'; build: Build; extraction: UploadedBuild['extraction'] }
  /** Refused by the server for a permanent reason; `id` is of the same build. */
  | { at: 'refused'; text: string; id: string }
  /** It may succeed the next time. */
  | { at: 'failed'; text: string }
  | { at: 'stopped' }

export type Happening =
  | { kind: 'progress'; sent: number; total: number }
  | { kind: 'sent' }
  | { kind: 'answer'; status: number; text: string }
  | { kind: 'broken' }
  | { kind: 'stopped' }

/** The transitions of an upload; none after it has ended. */
export function next(state: Upload, happening: Happening): Upload {
  if (ended(state)) {
    return state
  }
  switch (happening.kind) {
    case 'progress':
      return state.at === 'checking'
        ? state
        : { at: 'sending', sent: happening.sent, total: happening.total }
    case 'sent':
      return { at: 'checking' }
    case 'answer':
      return answered(happening.status, happening.text)
    case 'broken':
      return { at: 'failed', text: i18n.global.t('firmware.upload.broken') }
    case 'stopped':
      return { at: 'stopped' }
  }
}

export function ended(state: Upload): boolean {
  return state.at !== 'waiting' && state.at !== 'sending' && state.at !== 'checking'
}

function answered(status: number, text: string): Upload {
  try {
    const { extraction, ...build } = read(status, text).data as UploadedBuild
    return { at: 'done', build, extraction }
  } catch (e) {
    if (!(e instanceof ApiError)) {
      throw e
    }
    const again = e.status === 0 || e.status === 401 || e.status === 429 || e.status >= 500
    const id = typeof e.data.id === 'string' ? e.data.id : ''
    return again ? { at: 'failed', text: e.message } : { at: 'refused', text: e.message, id }
  }
}

/** Share of the file that is sent, in percent. */
export function share(state: Upload): number {
  if (state.at === 'sending') {
    return state.total > 0 ? Math.floor((state.sent / state.total) * 100) : 0
  }
  return state.at === 'waiting' || state.at === 'stopped' ? 0 : 100
}

/** Given up after this long without progress. */
const STALLED_MS = 60_000

/**
 * Sends a file; XMLHttpRequest, because fetch doesn't report progress.
 * @returns a function that cancels it
 */
export function send(file: File, tell: (happening: Happening) => void): () => void {
  const request = new XMLHttpRequest()
  let stalled: ReturnType<typeof setTimeout> | undefined
  const say = (happening: Happening): void => {
    clearTimeout(stalled)
    if (happening.kind === 'progress' || happening.kind === 'sent') {
      stalled = setTimeout(() => {
        say({ kind: 'broken' })
        request.abort()
      }, STALLED_MS)
    }
    tell(happening)
  }
  request.upload.onprogress = (e) => say({ kind: 'progress', sent: e.loaded, total: e.total })
  request.upload.onload = () => say({ kind: 'sent' })
  request.onload = () => say({ kind: 'answer', status: request.status, text: request.responseText })
  request.onerror = () => say({ kind: 'broken' })
  request.onabort = () => say({ kind: 'stopped' })
  request.open('POST', at('/v1/builds'))
  for (const [name, value] of Object.entries({ ...HEADERS, 'Accept-Language': language() })) {
    request.setRequestHeader(name, value)
  }
  const form = new FormData()
  form.append('file', file, file.name)
  say({ kind: 'progress', sent: 0, total: file.size })
  request.send(form)
  return () => request.abort()
}
