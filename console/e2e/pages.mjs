// Every page there is: in both languages and widths, in both themes, and never too wide.
import { readdirSync, readFileSync } from 'node:fs'
import { axe, done, settled, shot, tooWide, trouble, visitor } from './lib.mjs'

const LOOKS = [
  { language: 'zh', width: 1280, height: 900 },
  { language: 'en', width: 1280, height: 900 },
  { language: 'zh', width: 320, height: 700 },
  { language: 'en', width: 320, height: 700 },
]
const AT_ONCE = 2

/** All paths of the router, read from where they are written; a new page is looked at by itself. */
function paths() {
  const folder = new URL('../src/pages/', import.meta.url)
  const found = new Set()
  for (const area of readdirSync(folder, { withFileTypes: true })) {
    if (!area.isDirectory()) {
      continue
    }
    const source = readFileSync(new URL(`${area.name}/routes.ts`, folder), 'utf8')
    const all = [...source.matchAll(/path:\s*'([^']*)'([^\n]*)/g)]
    const parent = source.includes('children:') ? all[0][1] : ''
    for (const [, path, rest] of all) {
      if (!rest.includes('redirect:') && path !== parent) {
        found.add(path.startsWith('/') ? path : `${parent}/${path}`)
      }
    }
  }
  return [...found].sort()
}

/** What stands for an id in a path; a page without one here is a trouble. */
function filled(path, world) {
  const ids = { '/agents/': world.agent, '/firmware/': world.build, '/rollouts/': world.rollout, '/devices/': world.mac }
  const known = { session: world.session, sessionId: world.session, mac: world.mac, agent: world.agent, agentId: world.agent }
  const area = Object.keys(ids).find((each) => path.startsWith(each))
  return path.replace(/:(\w+)(\([^)]*\))?/g, (hole, name, _, at) =>
    known[name] ?? (area && at === area.length ? ids[area] : path.startsWith('/settings/webhooks/') ? world.webhook : hole),
  )
}

const nameOf = (path) => path.replace(/:(\w+)(\([^)]*\))?/g, '$1').replace(/^\/|\/$/g, '').replaceAll('/', '-') || 'overview'

export async function pages(world) {
  await furnish(world)
  const all = paths()
  const queue = [...LOOKS]
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (let look = queue.shift(); look; look = queue.shift()) {
        await everyPage(all, look, world)
      }
    }),
  )
}

/** What only some pages show. */
async function furnish(world) {
  const context = await visitor({ state: world.state })
  const call = async (method, path, data) => {
    const answer = await context.request.fetch(path, { method, data, headers: { 'X-Slipway-Console': '1', Origin: process.env.BASE } })
    if (!answer.ok()) {
      trouble(`${method} ${path}: ${answer.status()} ${await answer.text()}`)
    }
    return (await answer.json()).data
  }
  world.webhook = (await call('POST', '/v1/webhooks', { url: 'https://hooks.example.com/slipway' })).id
  const sessions = await call('GET', `/xiaozhi/agent/${world.agent}/sessions?page=1&limit=10`)
  world.session = (sessions.list ?? sessions.records ?? sessions)[0]?.sessionId
  await context.close()
}

async function everyPage(all, { language, width, height }, world) {
  const locale = language === 'zh' ? 'zh-CN' : 'en-GB'
  const signedIn = await visitor({ locale, width, height, state: world.state })
  const stranger = await visitor({ locale, width, height })
  const insider = await signedIn.newPage()
  const outsider = await stranger.newPage()
  for (const path of all) {
    const page = path.startsWith('/sign-') ? outsider : insider
    const address = filled(path, world)
    if (address.includes(':') && !address.includes(world.mac)) {
      trouble(`${path}: the story makes nothing that this page could show`)
      continue
    }
    await page.goto(address)
    await settled(page)
    await look(page, `${language}-${width}`, nameOf(path), width >= 1000)
  }
  const missing = insider
  await missing.goto('/there/is/no/such/page')
  await settled(missing)
  await look(missing, `${language}-${width}`, 'not-found', false)
  await signedIn.close()
  await stranger.close()
  done(`${all.length + 1} pages in ${language} at ${width} px`)
}

async function look(page, folder, name, bothThemes) {
  await shot(page, folder, name)
  const wide = await tooWide(page)
  if (wide) {
    trouble(`${folder} ${name}: wider than the window: ${wide}`)
  }
  const holes = (await page.locator('body').innerText()).match(/\b(?:common|agents|devices|firmware|rollouts|overview|settings|tryit|auth|api)\.[a-z]\w+(?:\.\w+)*\b/)
  if (holes) {
    trouble(`${folder} ${name}: a text is missing: ${holes[0]}`)
  }
  for (const finding of await axe(page)) {
    trouble(`${folder} ${name}: ${finding}`)
  }
  if (bothThemes) {
    await page.emulateMedia({ colorScheme: 'dark' })
    await page.waitForFunction(() => document.documentElement.classList.contains('dark'))
    for (const finding of await axe(page)) {
      trouble(`${folder} ${name} dark: ${finding}`)
    }
    await page.emulateMedia({ colorScheme: 'light' })
  }
}
