import { createI18n } from 'vue-i18n'
import agents from './agents'
import api from './api'
import auth from './auth'
import common from './common'
import devices from './devices'
import firmware from './firmware'
import overview from './overview'
import rollouts from './rollouts'
import settings from './settings'

export type Language = 'zh' | 'en'

const areas = { agents, api, auth, common, devices, firmware, overview, rollouts, settings }

type Areas = typeof areas
type Messages = { [A in keyof Areas]: Areas[A]['zh'] }

function of(language: Language): Messages {
  return Object.fromEntries(
    Object.entries(areas).map(([area, both]) => [area, both[language]]),
  ) as Messages
}

const KEPT = 'slipway.language'

function first(): Language {
  const kept = localStorage.getItem(KEPT)
  if (kept === 'zh' || kept === 'en') {
    return kept
  }
  // Chinese is the default; a browser that accepts only other languages gets English.
  const wanted = navigator.languages
  return wanted.length === 0 || wanted.some((each) => each.toLowerCase().startsWith('zh'))
    ? 'zh'
    : 'en'
}

export const i18n = createI18n({
  legacy: false,
  locale: first(),
  fallbackLocale: false,
  messages: { zh: of('zh'), en: of('en') },
})

export function language(): Language {
  return i18n.global.locale.value as Language
}

export function speak(chosen: Language): void {
  localStorage.setItem(KEPT, chosen)
  i18n.global.locale.value = chosen
  show()
}

/** Also sets the language for the browser, screen readers and hyphenation. */
export function show(): void {
  document.documentElement.lang = language() === 'zh' ? 'zh-CN' : 'en'
}

/** Picks the language of a text that the server sends in both. */
export function either(text: { zh: string; en: string }): string {
  return text[language()]
}

/** Texts that a page loads itself, because most people never open it. */
export function alsoSay(area: string, both: { zh: object; en: object }): void {
  for (const each of ['zh', 'en'] as const) {
    i18n.global.mergeLocaleMessage(each, { [area]: both[each] })
  }
}
