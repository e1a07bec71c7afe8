import { computed, type WritableComputedRef } from 'vue'
import { useRoute, useRouter } from 'vue-router'

/** A choice stored in the page's address; the first one is the default and is left out. */
export function useChoice<T extends string>(
  name: string,
  choices: readonly [T, ...T[]],
): WritableComputedRef<T> {
  const route = useRoute()
  const router = useRouter()
  return computed({
    get: () => choices.find((each) => each === route.query[name]) ?? choices[0],
    set: (chosen) => {
      const { [name]: _, ...others } = route.query
      const query = chosen === choices[0] ? others : { ...others, [name]: chosen }
      void router.replace({ query })
    },
  })
}
