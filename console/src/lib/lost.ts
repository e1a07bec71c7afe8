import { onScopeDispose, ref, watch, type Ref } from 'vue'
import { connected } from './live'

/**
 * Whether live updates have been missing for a while; a short gap is ignored.
 * @param wanted whether they are expected at all: only while a user is signed in
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
