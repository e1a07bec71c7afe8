import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

function sources(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory()
      ? sources(join(folder, entry.name))
      : /\.(vue|ts)$/.test(entry.name)
        ? [join(folder, entry.name)]
        : [],
  )
}

const kebab = (name: string): string => name.replace(/(?!^)([A-Z])/g, '-$1').toLowerCase()

const used = new Set(
  sources('src').flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(/import \{([^}]*)\} from 'element-plus'/g)].flatMap(
      (found) =>
        (found[1] ?? '')
          .split(',')
          .map((each) => /^El([A-Z]\w*)$/.exec(each.trim())?.[1])
          .filter((each) => each !== undefined)
          .map(kebab),
    ),
  ),
)
const styled = new Set(
  [...readFileSync('src/elements.css', 'utf8').matchAll(/theme-chalk\/el-([a-z-]+)\.css/g)].map(
    (each) => each[1] ?? '',
  ),
)
const WITHOUT_STYLE = ['config-provider']
/** The components that the used components consist of. */
const INSIDE = ['badge', 'button-group', 'icon', 'overlay', 'popper', 'scrollbar', 'select-dropdown', 'skeleton-item', 'tag']

describe('styles of components', () => {
  it('are loaded for all that are used', () => {
    expect([...used].filter((each) => !styled.has(each) && !WITHOUT_STYLE.includes(each))).toEqual([])
  })

  it('are not loaded for those that are not', () => {
    expect([...styled].filter((each) => !used.has(each) && !INSIDE.includes(each))).toEqual([])
  })
})
