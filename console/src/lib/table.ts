import { computed, watch, type ComputedRef, type Ref } from 'vue'
import { useRoute, useRouter } from 'vue-router'
import type { Paged } from './api'
import { useLoad, type Loaded } from './load'

export interface Table<T> extends Omit<Loaded<Paged<T>>, 'data'> {
  rows: ComputedRef<T[]>
  /** Whether any answer has arrived yet. */
  known: ComputedRef<boolean>
  hasNext: ComputedRef<boolean>
  isFirst: ComputedRef<boolean>
  next: () => void
  first: () => void
  /**
   * A parameter of the list, stored in the page's address; setting it goes back to the first page.
   */
  param: (name: string) => Ref<string>
  /** Sets several at once; an empty text removes one. */
  set: (change: Record<string, string>) => void
}

/**
 * A paged list. Filters, order and page are in the address, so that the back button, deep links
 * and reload work.
 * @param names of the parameters of the address that are sent with the request
 */
export function useTable<T>(
  names: string[],
  ask: (query: Record<string, string>, signal: AbortSignal) => Promise<Paged<T>>,
): Table<T> {
  const route = useRoute()
  const router = useRouter()
  const value = (name: string): string => {
    const found = route.query[name]
    return typeof found === 'string' ? found : ''
  }
  const query = computed(() =>
    Object.fromEntries([...names, 'cursor'].map((name) => [name, value(name)])),
  )
  const { data, error, loading, load } = useLoad((signal) => ask(query.value, signal))
  const here = route.path

  watch(
    () => JSON.stringify(query.value),
    () => {
      if (route.path === here) {
        void load()
      }
    },
    { immediate: true },
  )

  function go(change: Record<string, string>, replace = false): void {
    const all = { ...route.query, ...change }
    const set = Object.fromEntries(Object.entries(all).filter(([, each]) => each))
    void (replace ? router.replace({ query: set }) : router.push({ query: set }))
  }

  return {
    rows: computed(() => data.value?.rows ?? []),
    known: computed(() => data.value !== null),
    error,
    loading,
    load,
    hasNext: computed(() => data.value?.next != null),
    isFirst: computed(() => !value('cursor')),
    next: () => go({ cursor: data.value?.next ?? '' }),
    first: () => go({ cursor: '' }),
    param: (name) =>
      computed({
        get: () => value(name),
        set: (text: string) => go({ [name]: text, cursor: '' }, true),
      }),
    set: (change) => go({ ...change, cursor: '' }, true),
  }
}
