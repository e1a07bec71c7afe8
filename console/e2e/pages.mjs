// Every page, in both languages, widths and themes; none may scroll sideways.
import { readdirSync, readFileSync } from 'node:fs'
import { axe, done, settled, shot, still, tooWide, trouble, visitor } from './lib.mjs'
import { say } from './words.mjs'

// Axe takes longer than all else: usually it sees each page once in each language, width and theme,
// and in every mixture of them only when all looks are asked for.
const SOME = [
  { language: 'zh', width: 1280, height: 900, themes: ['light'] },
  { language: 'en', width: 320, height: 700, themes: ['dark'] },
]
const ALL = ['zh', 'en'].flatMap((language) =>
  [
    [1280, 900],
    [320, 700],
  ].map(([width, height]) => ({ language, width, height, themes: ['light', 'dark'] })),
)
const LOOKS = process.env.LOOKS === 'all' ? ALL : SOME
const AT_ONCE = 2

/** All paths, read from the router's source, so that new pages are checked automatically. */
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

/** Values for the ids in paths; a page whose id is missing here counts as a failure. */
function filled(path, world) {
  const ids = { '/agents/': world.agent, '/firmware/': world.build, '/rollouts/': world.rollout, '/devices/': world.mac }
  const known = { chat: world.chat, operation: world.operation }
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

/** Data that only some pages show. */
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
  world.chat = sessions.list[0].sessionId
  const reference = await context.newPage()
  await reference.goto('/reference')
  world.operation = (await reference.locator('main a[href^="/reference/"]').first().getAttribute('href')).slice('/reference/'.length)
  await context.close()
}

async function everyPage(all, { language, width, height, themes }, world) {
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
    // A page that fails must not hide the results of the others.
    await page
      .goto(address)
      .then(() => settled(page))
      .then(() => look(page, `${language}-${width}`, nameOf(path), themes))
      .catch((e) => trouble(`${language}-${width} ${nameOf(path)}: ${e.message}`))
  }
  await helps(insider, language)
  await insider.goto('/there/is/no/such/page')
  await settled(insider)
  await look(insider, `${language}-${width}`, 'not-found', themes)
  await signedIn.close()
  await stranger.close()
  done(`${all.length + 1} pages in ${language} at ${width} px`)
}

// What the console must explain about updates: the steps, what to watch, common questions.
const UPDATES = { update: 'abcd', ready: 'abcd', waits: 'abc', failed: 'abc' }

/** The rollout pages link to the sections on updates, in the user's language. */
async function helps(page, language) {
  const t = say(language)
  await page.goto('/rollouts')
  await settled(page)
  await page.getByRole('link', { name: t('devices.help.update.title'), exact: true }).click()
  await page.waitForURL(/\/devices\/help#update$/)
  await settled(page)
  for (const [topic, lines] of Object.entries(UPDATES)) {
    const section = page.getByRole('article').filter({ has: page.locator(`#${topic}`) })
    const heading = t(`devices.help.${topic}.title`)
    if (!(await section.getByRole('heading', { name: heading, exact: true }).isVisible())) {
      trouble(`${language}: the help has no section “${heading}”`)
    }
    for (const line of lines) {
      if (!(await section.getByText(t(`devices.help.${topic}.text.${line}`), { exact: true }).isVisible())) {
        trouble(`${language}: the help on “${heading}” lacks a part`)
      }
    }
  }
}

async function look(page, folder, name, themes) {
  await shot(page, folder, name)
  const wide = await tooWide(page)
  if (wide) {
    trouble(`${folder} ${name}: wider than the window: ${wide}`)
  }
  for (const theme of themes) {
    await page.emulateMedia({ colorScheme: theme })
    await page.waitForFunction((dark) => document.documentElement.classList.contains('dark') === dark, theme === 'dark')
    await still(page)
    for (const finding of await axe(page)) {
      trouble(`${folder} ${name} ${theme}: ${finding}`)
    }
  }
  await page.emulateMedia({ colorScheme: 'light' })
}
