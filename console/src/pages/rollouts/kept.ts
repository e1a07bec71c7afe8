import { blank, type PlanForm } from './plan'

const KEY = 'slipway.plan'

/** Stores a half-filled form for reloads and navigation, in this tab. */
export function keep(form: PlanForm): void {
  try {
    sessionStorage.setItem(KEY, JSON.stringify(form))
  } catch {
    // A list that is too long is not stored; the form itself still has it.
    sessionStorage.removeItem(KEY)
  }
}

/** The stored form; null for none, or for one of another release. */
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
