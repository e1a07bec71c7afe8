/** The same texts in both languages: TypeScript rejects one that is missing in English. */
export interface Texts {
  [key: string]: string | Texts
}

type Same<T> = { [K in keyof T]: T[K] extends string ? string : Same<T[K]> }

export function texts<T extends Texts>(zh: T, en: Same<T>): { zh: T; en: Same<T> } {
  return { zh, en }
}
