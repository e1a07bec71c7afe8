// The console's texts, so that stories find buttons by their labels.
import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { runnerImport } from 'vite'

const folder = fileURLToPath(new URL('../src/i18n/', import.meta.url))
const both = {}
for (const file of readdirSync(folder).filter((each) => each.endsWith('.ts') && each !== 'index.ts')) {
  const { module } = await runnerImport(folder + file, { logLevel: 'error', configFile: false })
  if (module.default) {
    both[file.replace('.ts', '')] = module.default
  }
}

/** The text of a key, with its parameters filled in. */
export const say = (language) => (key, filled = {}) => {
  const [area, ...path] = key.split('.')
  let at = both[area]?.[language]
  for (const part of path) {
    at = at?.[part]
  }
  if (typeof at !== 'string') {
    throw new Error(`no text ${key}`)
  }
  return at.replace(/\{(\w+)\}/g, (hole, name) => String(filled[name] ?? hole))
}
