import { nextTick, ref, type Ref } from 'vue'
import { goToError, problems, type Problems } from './problems'

interface Steps<F extends string> {
  /** The errors before anything is sent. */
  missing: () => Problems<F>
  send: () => Promise<void>
  /** The field that a status refers to. */
  byStatus?: Partial<Record<number, F>>
  /** What else to do when the server refuses. */
  refused?: (error: unknown) => void | Promise<void>
}

export interface Form<F extends string> {
  wrong: Ref<Problems<F>>
  busy: Ref<boolean>
  /** Sends only once at a time; given the form's event, focuses the first error. */
  submit: (event?: Event) => Promise<void>
}

/** A form that shows each error next to its field. */
export function useForm<F extends string>(fields: readonly F[], steps: Steps<F>): Form<F> {
  const wrong = ref({}) as Ref<Problems<F>>
  const busy = ref(false)

  async function submit(event?: Event): Promise<void> {
    // currentTarget is reset after the first await.
    const form = event?.currentTarget
    if (busy.value) {
      return
    }
    wrong.value = steps.missing()
    if (Object.keys(wrong.value).length === 0) {
      busy.value = true
      try {
        await steps.send()
      } catch (e) {
        wrong.value = problems(e, fields, steps.byStatus)
        await steps.refused?.(e)
      } finally {
        busy.value = false
      }
    }
    await nextTick()
    goToError(form instanceof HTMLElement ? form : null)
  }

  return { wrong, busy, submit }
}
