import { ApiError, words } from './api'

/** Errors of fields, and under `form` those of none. */
export type Problems<F extends string> = Partial<Record<F | 'form', string>>

/** The field of the form that an answer refers to, by the server's `field` or the status. */
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
  const marks: Record<string, string> = { captchaRequired: 'captcha', setupCodeRequired: 'setupCode', totpRequired: 'totp' }
  const mark = Object.keys(marks).find((each) => error.data[each] === true)
  return mark ? fields.find((each) => each === marks[mark]) : undefined
}

/** Whether a captcha that was sent is used up: it is checked after everything else. */
export function usedUp(error: unknown): boolean {
  return (
    error instanceof ApiError &&
    error.status !== 0 &&
    !(error.status === 400 && ['username', 'password'].includes(error.field))
  )
}

/** Moves focus to the first error in the form. */
export function goToError(form: HTMLElement | null | undefined): void {
  form?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus()
}
