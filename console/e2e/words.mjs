// The console's own texts, so that stories find buttons by what people read on them.
import { readdirSync, readFileSync } from 'node:fs'

const folder = new URL('../src/i18n/', import.meta.url)
const both = {}
for (const file of readdirSync(folder)) {
  const source = readFileSync(new URL(file, folder), 'utf8')
  // Areas are plain objects in a call of texts(); the rest is machinery.
  const call = /^export default texts\(([\s\S]*)\)\s*$/m.exec(source)
  if (call) {
    both[file.replace('.ts', '')] = new Function(`return [${call[1]}]`)()
  }
}

/** The text of a key, filled in. */
export const say = (language) => (key, filled = {}) => {
  const [area, ...path] = key.split('.')
  let at = both[area]?.[language === 'zh' ? 0 : 1]
  for (const part of path) {
    at = at?.[part]
  }
  if (typeof at !== 'string') {
    throw new Error(`no text ${key}`)
  }
  return at.replace(/\{(\w+)\}/g, (hole, name) => String(filled[name] ?? hole))
}
