import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'

const BUILT = 'target/classes/console'
const MOST_KB = 400

const file = (path: string): string => readFileSync(join(BUILT, path), 'utf8')

/** The files that the page itself references: its script, the modules this needs, its styles. */
function ofIndex(): string[] {
  return [...file('index.html').matchAll(/(?:src|href)="\.\/([^"]+)"/g)].map((each) => each[1] ?? '')
}

/** The scripts and styles that a chunk loads when `name` is imported. */
function ofLazy(chunk: string, name: string): string[] {
  const text = file(chunk)
  const known = JSON.parse(/m\.f=(\[[^\]]*\])/.exec(text)?.[1] ?? '[]') as string[]
  const call = new RegExp(`import\\([\`"']\\./${name}-[^)]*\\),__vite__mapDeps\\((\\[[^\\]]*\\])`)
  const wanted = JSON.parse(call.exec(text)?.[1] ?? '[]') as number[]
  // Relative to the chunk, which is in the same folder.
  return wanted.map((each) => (known[each] ?? '').replace(/^\.\//, 'assets/'))
}

/** The static imports of a script. */
function needed(path: string): string[] {
  return path.endsWith('.js')
    ? [...file(path).matchAll(/(?:from|import)\s*[`"']\.\/([^`"']+\.js)[`"']/g)].map(
        (each) => `assets/${each[1]}`,
      )
    : []
}

const kilobytes = (paths: Set<string>): number =>
  [...paths].reduce((sum, each) => sum + gzipSync(file(each), { level: 9 }).length, 0) / 1000

describe('the first load', () => {
  it(`of the overview with its charts takes ${MOST_KB} kB at most, compressed`, () => {
    expect(existsSync(join(BUILT, 'index.html')), 'build first: ./build.sh').toBe(true)
    const all = new Set(['index.html', ...ofIndex()])
    const main = [...all].find((each) => /^assets\/index-.*\.js$/.test(each)) ?? ''
    const overview = readdirSync(join(BUILT, 'assets')).find((each) => /^OverviewPage-.*\.js$/.test(each))
    const page = ofLazy(main, 'OverviewPage')
    expect(page, 'how the builder names what it loads late has changed').toContain(`assets/${overview}`)
    const chart = ofLazy(`assets/${overview}`, 'LineChart')
    expect(chart.some((each) => /LineChart/.test(each))).toBe(true)
    for (const each of [...page, ...chart]) {
      all.add(each)
    }
    for (const each of all) {
      // Iterating over a set includes entries added meanwhile.
      needed(each).forEach((one) => all.add(one))
    }
    expect(kilobytes(all)).toBeLessThanOrEqual(MOST_KB)
    expect(kilobytes(all), 'suspiciously little: is anything missing?').toBeGreaterThan(150)
  })
})
