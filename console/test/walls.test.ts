import { readdirSync, readFileSync } from 'node:fs'
import { join, posix } from 'node:path'
import { describe, expect, it } from 'vitest'

const SRC = join(process.cwd(), 'src')

/** Every source file in a folder and below, by its path from `src`. */
function sources(folder: string): string[] {
  return readdirSync(join(SRC, folder), { recursive: true, encoding: 'utf8' })
    .map((name) => `${folder}/${name.replaceAll('\\', '/')}`)
    .filter((name) => /\.(ts|vue)$/.test(name))
}

/** A file's imports of the console's own files, by their path from `src`. */
function imports(file: string): string[] {
  const text = readFileSync(join(SRC, file), 'utf8')
  const found = text.matchAll(/(?:from|import)\s*\(?\s*'((?:@|\.{1,2})\/[^']+)'/g)
  return [...found].map(([, path = '']) =>
    path.startsWith('@/') ? path.slice(2) : posix.join(posix.dirname(file), path),
  )
}

/** Imports of pages by a folder's files, except those that `allowed` accepts. */
function crossed(folder: string, allowed: (file: string, path: string) => boolean): string[] {
  return sources(folder).flatMap((file) =>
    imports(file)
      .filter((path) => path.startsWith('pages/') && !allowed(file, path))
      .map((path) => `${file} imports ${path}`),
  )
}

describe('the console’s dependency rules', () => {
  it('keep pages independent: shared code is in lib/ or components/', () => {
    const own = (file: string): string => file.split('/').slice(0, 2).join('/') + '/'
    expect(sources('pages').length).toBeGreaterThan(100)
    expect(crossed('pages', (file, path) => path.startsWith(own(file)))).toEqual([])
  })

  it('keep lib/ and components/ independent of pages', () => {
    expect([...crossed('lib', () => false), ...crossed('components', () => false)]).toEqual([])
  })
})
