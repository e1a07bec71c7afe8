import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

const SRC = new URL('../src/', import.meta.url)

/** Every source file below a folder, by its path from `src`. */
function sources(folder: string): string[] {
  return readdirSync(new URL(folder, SRC), { recursive: true, encoding: 'utf8' })
    .map((name) => folder + name.replaceAll('\\', '/'))
    .filter((name) => /\.(ts|vue)$/.test(name))
}

/** What a file imports of ours, by its path from `src`. */
function imports(file: string): string[] {
  const text = readFileSync(new URL(file, SRC), 'utf8')
  return [...text.matchAll(/(?:from|import)\s*\(?\s*'((?:@\/|\.{1,2}\/)[^']+)'/g)].map(([, path]) =>
    path!.startsWith('@/')
      ? path!.slice(2)
      : new URL(path!, new URL(file, SRC)).href.slice(SRC.href.length),
  )
}

describe('the console’s walls', () => {
  it('keep pages apart: what two of them need is in lib/ or components/', () => {
    const crossed = sources('pages/').flatMap((file) => {
      const own = file.split('/').slice(0, 2).join('/') + '/'
      return imports(file)
        .filter((path) => path.startsWith('pages/') && !path.startsWith(own))
        .map((path) => `${file} imports ${path}`)
    })
    expect(crossed).toEqual([])
  })

  it('let lib/ and components/ stand without pages', () => {
    const crossed = [...sources('lib/'), ...sources('components/')].flatMap((file) =>
      imports(file)
        .filter((path) => path.startsWith('pages/'))
        .map((path) => `${file} imports ${path}`),
    )
    expect(crossed).toEqual([])
  })
})
