import { onScopeDispose, ref, type Ref } from 'vue'

export interface Loaded<T> {
  data: Ref<T | null>
  error: Ref<unknown>
  /** Whether an answer is awaited; the last data stays meanwhile. */
  loading: Ref<boolean>
  /** Asks (again); what was asked before no longer counts. */
  load: () => Promise<void>
}

/** Something asked of the server, with what a page must show about it. */
export function useLoad<T>(ask: (signal: AbortSignal) => Promise<T>): Loaded<T> {
  const data = ref(null) as Ref<T | null>
  const error = ref<unknown>(null)
  const loading = ref(false)
  let current: AbortController | null = null

  async function load(): Promise<void> {
    current?.abort()
    const mine = new AbortController()
    current = mine
    loading.value = true
    try {
      const answer = await ask(mine.signal)
      if (current === mine) {
        data.value = answer
        error.value = null
      }
    } catch (e) {
      if (current === mine) {
        error.value = e
      }
    } finally {
      if (current === mine) {
        loading.value = false
      }
    }
  }

  onScopeDispose(() => current?.abort())
  return { data, error, loading, load }
}
