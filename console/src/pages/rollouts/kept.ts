import { blank, type PlanForm } from './plan'

const KEY = 'slipway.plan'

/** Keeps a half-filled form over a reload and a look at another page, in this tab. */
export function keep(form: PlanForm): void {
  try {
    sessionStorage.setItem(KEY, JSON.stringify(form))
  } catch {
    // A list that is too long is not kept; the form itself still has it.
    sessionStorage.removeItem(KEY)
  }
}

/** What was kept; null for nothing, or for what another release kept. */
export function kept(zone: string): PlanForm | null {
  try {
    const form = JSON.parse(sessionStorage.getItem(KEY) ?? 'null') as PlanForm | null
    const usual = blank(zone)
    const same =
      form !== null &&
      Object.entries(usual).every(
        ([name, value]) =>
          typeof form[name as keyof PlanForm] === typeof value &&
          Array.isArray(form[name as keyof PlanForm]) === Array.isArray(value),
      )
    return same ? form : null
  } catch {
    return null
  }
}

export function unkeep(): void {
  sessionStorage.removeItem(KEY)
}
