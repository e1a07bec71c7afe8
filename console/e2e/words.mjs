// The console's texts, so that stories find buttons by their labels.
import { readFileSync } from 'node:fs'

const files = new Map()

/** The texts of an area in a language. */
function texts(language, area) {
  const path = `../src/i18n/${language}/${area}.json`
  if (!files.has(path)) {
    files.set(path, JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8')))
  }
  return files.get(path)
}

/** The text of a key, with its parameters filled in. */
export const say = (language) => (key, filled = {}) => {
  const [area, ...path] = key.split('.')
  let at = texts(language, area)
  for (const part of path) {
    at = at?.[part]
  }
  if (typeof at !== 'string') {
    throw new Error(`no text ${key}`)
  }
  return at.replace(/\{(\w+)\}/g, (hole, name) => String(filled[name] ?? hole))
}
