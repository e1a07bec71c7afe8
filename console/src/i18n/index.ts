import { createI18n } from 'vue-i18n'
import known from './languages.json'

/** A language that people can choose: languages.json lists them, and a folder each has the texts. */
export type Language = string

/** Where a text is missing in another language. */
const OTHERWISE = 'en'

const KEPT = 'slipway.language'

export const LANGUAGES: readonly { tag: Language; locale: string; name: string }[] = known

type Texts = { [key: string]: string | Texts }

const files = import.meta.glob<Texts>(['./*/*.json', '!./*/tryit.json'], {
  eager: true,
  import: 'default',
})

/** The texts of each language, by area. */
function messages(): Record<Language, Texts> {
  const all: Record<Language, Texts> = Object.fromEntries(LANGUAGES.map(({ tag }) => [tag, {}]))
  for (const [path, texts] of Object.entries(files)) {
    const [, tag = '', area = ''] = /^\.\/(.+)\/(.+)\.json$/.exec(path) ?? []
    Object.assign(all[tag] ?? {}, { [area]: texts })
  }
  return all
}

function first(): Language {
  const kept = localStorage.getItem(KEPT)
  if (LANGUAGES.some(({ tag }) => tag === kept)) {
    return kept as Language
  }
  const wanted = navigator.languages.map((each) => each.toLowerCase())
  const of = (each: string): Language | undefined =>
    LANGUAGES.find(({ tag }) => `${each}-`.startsWith(`${tag.toLowerCase()}-`))?.tag
  const accepted = wanted.map(of).filter((tag) => tag !== undefined)
  // Chinese is the default for everybody who reads it.
  return wanted.length === 0 || accepted.includes('zh') ? 'zh' : (accepted[0] ?? OTHERWISE)
}

export const i18n = createI18n({
  legacy: false,
  locale: first() as string,
  fallbackLocale: OTHERWISE,
  messages: messages(),
})

export function language(): Language {
  return i18n.global.locale.value
}

/** For numbers, times and the browser. */
export function locale(): string {
  return LANGUAGES.find(({ tag }) => tag === language())?.locale ?? OTHERWISE
}

export function speak(chosen: Language): void {
  localStorage.setItem(KEPT, chosen)
  i18n.global.locale.value = chosen
  show()
}

/** Also sets the language for the browser, screen readers and hyphenation. */
export function show(): void {
  document.documentElement.lang = locale()
}

/** Which of its two languages the server's texts are shown in. */
export function ofServer(): 'zh' | 'en' {
  return language() === 'zh' ? 'zh' : 'en'
}

/** Picks the language of a text that the server sends in both. */
export function either(text: { zh: string; en: string }): string {
  return text[ofServer()]
}

/**
 * Texts that a page loads itself, because most people never open it.
 *
 * @param all by path of the file
 */
export function alsoSay(area: string, all: Record<string, object>): void {
  for (const [path, texts] of Object.entries(all)) {
    const tag = path.split('/')[1] ?? ''
    i18n.global.mergeLocaleMessage(tag, { [area]: texts })
  }
}
