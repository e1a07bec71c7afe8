import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { alsoSay, i18n, LANGUAGES } from '@/i18n'
import tryit from '@/i18n/tryit'

type Tree = { [key: string]: string | Tree }

function flat(tree: Tree, before = ''): Map<string, string> {
  const found = new Map<string, string>()
  for (const [key, value] of Object.entries(tree)) {
    const path = before ? `${before}.${key}` : key
    if (typeof value === 'string') {
      found.set(path, value)
    } else {
      flat(value, path).forEach((text, at) => found.set(at, text))
    }
  }
  return found
}

alsoSay('tryit', tryit)
const languages = LANGUAGES.map(({ tag }) => ({
  tag,
  texts: flat(i18n.global.messages.value[tag] as unknown as Tree),
}))
const zh = languages[0]?.texts ?? new Map<string, string>()

function sources(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory()
      ? sources(join(folder, entry.name))
      : /\.(vue|ts)$/.test(entry.name)
        ? [join(folder, entry.name)]
        : [],
  )
}

describe('texts', () => {
  it('say the same things in every language', () => {
    expect(languages.length).toBeGreaterThan(1)
    expect(zh.size).toBeGreaterThan(1_000)
    for (const { tag, texts } of languages) {
      expect([...texts.keys()].sort(), tag).toEqual([...zh.keys()].sort())
      for (const [key, text] of zh) {
        // An English plural may use the same placeholder twice.
        const holes = (each: string): string[] => [...new Set(each.match(/\{\w+\}/g))].sort()
        expect(holes(texts.get(key) ?? ''), `${tag} ${key}`).toEqual(holes(text))
        expect(texts.get(key)?.trim(), `${tag} ${key}`).not.toBe('')
      }
    }
  })

  it('are translated', () => {
    const chinese = /[\u4e00-\u9fff]/
    for (const [key, text] of languages.find(({ tag }) => tag === 'en')?.texts ?? []) {
      expect(chinese.test(text), `${key}: ${text}`).toBe(false)
    }
  })

  it('exist for every key in use', () => {
    const missing: string[] = []
    for (const file of sources('src')) {
      for (const [, key] of readFileSync(file, 'utf8').matchAll(/\bt\(\s*'([\w.]+)'/g)) {
        if (key && !zh.has(key)) {
          missing.push(`${file}: ${key}`)
        }
      }
    }
    expect(missing).toEqual([])
  })
})
