import { onScopeDispose, ref, type Ref } from 'vue'

export interface Loaded<T> {
  data: Ref<T | null>
  error: Ref<unknown>
  /** Whether a request is pending; the last data stays meanwhile. */
  loading: Ref<boolean>
  /** Sends the request (again); earlier ones no longer count. */
  load: () => Promise<void>
}

/** A request to the server, with the state that a page must show. */
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
