import { onScopeDispose, ref, watch, type Ref } from 'vue'
import { connected } from './live'

/**
 * Whether live news have been missing for a while. A moment without them is nothing to speak of.
 *
 * @param wanted whether they should come in at all: somebody is signed in
 */
export function useLost(wanted: () => boolean, patienceMs = 5_000): Ref<boolean> {
  const lost = ref(false)
  let timer: ReturnType<typeof setTimeout> | undefined
  watch(
    () => wanted() && !connected.value,
    (missing) => {
      clearTimeout(timer)
      lost.value = false
      if (missing) {
        timer = setTimeout(() => (lost.value = true), patienceMs)
      }
    },
    { immediate: true },
  )
  onScopeDispose(() => clearTimeout(timer))
  return lost
}
