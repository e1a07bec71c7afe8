import { ApiError, words } from './api'

/** Errors beside their fields, and under `form` what belongs to none. */
export type Problems<F extends string> = Partial<Record<F | 'form', string>>

/** Which field of the form an answer is about, where the server says so or its status does. */
export function problems<F extends string>(
  error: unknown,
  fields: readonly F[],
  byStatus: Partial<Record<number, F>> = {},
): Problems<F> {
  if (!(error instanceof ApiError)) {
    return { form: words(error) } as Problems<F>
  }
  const named = fields.find((each) => each === error.field) ?? flagged(error, fields)
  const field = named ?? byStatus[error.status]
  return { [field ?? 'form']: named ? error.reason : error.message } as Problems<F>
}

function flagged<F extends string>(error: ApiError, fields: readonly F[]): F | undefined {
  const marks: Record<string, string> = { captchaRequired: 'captcha', setupCodeRequired: 'setupCode' }
  const mark = Object.keys(marks).find((each) => error.data[each] === true)
  return mark ? fields.find((each) => each === marks[mark]) : undefined
}

/** Whether a captcha that was sent is used up: it is looked at once all else holds. */
export function usedUp(error: unknown): boolean {
  return (
    error instanceof ApiError &&
    error.status !== 0 &&
    !(error.status === 400 && ['username', 'password'].includes(error.field))
  )
}

/** Takes who fills in the form to what is wrong. */
export function goToError(form: HTMLElement | null | undefined): void {
  form?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus()
}
