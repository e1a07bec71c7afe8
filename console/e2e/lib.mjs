// Shared by the stories: a browser with a fake microphone, and checks for everything that a page
// must never do.
import { chromium } from 'playwright-core'
import { mkdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'

const needed = (name) => {
  const value = process.env[name]
  if (!value) {
    throw new Error(`the environment variable ${name} is missing: ConsoleTest sets it`)
  }
  return value
}

export const BASE = needed('BASE')
/** The same server as seen by other machines: plain HTTP and not localhost, so not a secure context. */
export const ELSEWHERE = BASE.replace('127.0.0.1', 'slipway.test')
export const SETUP_CODE = needed('SETUP_CODE')
/** Where pages of another origin are. */
export const CONTROL = needed('CONTROL')
const DEVICES = { base: BASE, control: CONTROL }
/** The server on which people sign in in every way; the browser knows it by its public URL only. */
export const PEOPLE = { base: needed('PEOPLE'), control: needed('PEOPLE_CONTROL') }
/** The sign-in provider, another site. */
const PROVIDER = needed('PROVIDER')
const OURS = [BASE, ELSEWHERE, new URL(PEOPLE.base).origin, PROVIDER, CONTROL, 'data:', 'blob:']
const SCREENSHOTS = needed('SCREENSHOTS')
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const PATIENCE_MS = 20_000

export const browser = await chromium.launch({
  executablePath: needed('CHROMIUM'),
  args: [
    '--no-sandbox',
    '--disable-dev-shm-usage',
    // There is none: it would be imitated by the processor, at twice the work.
    '--disable-gpu',
    '--use-fake-device-for-media-stream',
    '--use-fake-ui-for-media-stream',
    '--autoplay-policy=no-user-gesture-required',
    `--host-resolver-rules=${[
      'MAP slipway.test 127.0.0.1',
      `MAP ${new URL(PEOPLE.base).hostname} 127.0.0.1:${needed('PEOPLE_PORT')}`,
      `MAP ${new URL(PROVIDER).hostname} 127.0.0.1`,
    ].join()}`,
  ],
})

/** Advances a server's clock. */
export async function later(seconds, server = DEVICES) {
  await control(server, `/later?seconds=${seconds}`)
}

/** The six digits that an app shows now for a secret. */
export async function totp(server, secret) {
  return (await control(server, `/totp?secret=${secret}`)).text()
}

/** A firmware file to upload from disk. */
export async function firmware(version, how = 'good') {
  const answer = await control(DEVICES, `/image?version=${version}&break=${how}`)
  return { name: `xiaozhi-${version}.bin`, mimeType: 'application/octet-stream', buffer: Buffer.from(await answer.arrayBuffer()) }
}

async function control(server, path) {
  const answer = await fetch(server.control + path)
  if (!answer.ok) {
    throw new Error(`${path}: ${answer.status}`)
  }
  return answer
}

// ------------------------------------------------------------ troubles

const troubles = []

/** What went wrong on any page so far. */
export const trouble = (text) => {
  console.log(`  ! ${text}`)
  troubles.push(text)
}
export const allTroubles = () => troubles

// Browsers log every response of 400 and above, which pages report in words, and policies that
// have no effect on insecure connections.
const EXPECTED =
  /Failed to load resource: the server responded with a status of 4\d\d|Cross-Origin-Opener-Policy header has been ignored/

function watch(page) {
  page.on('pageerror', (e) => trouble(`${page.url()}: ${e.stack ?? e}`))
  page.on('console', (message) => {
    if ((message.type() === 'error' || message.type() === 'warning') && !EXPECTED.test(message.text())) {
      trouble(`${page.url()}: console: ${message.text()}`)
    }
  })
  page.on('requestfailed', (request) => {
    const why = request.failure()?.errorText ?? ''
    if (why !== 'net::ERR_ABORTED') {
      trouble(`${page.url()}: ${request.url()}: ${why}`)
    }
  })
  page.on('request', (request) => {
    const url = request.url()
    if (!OURS.some((each) => url.startsWith(each))) {
      trouble(`${page.url()} fetches ${url}`)
    }
  })
}

/** A user's browser, with its own cookies and language. */
export async function visitor({ base = BASE, locale = 'zh-CN', width = 1280, height = 900, dark = false, state } = {}) {
  const context = await browser.newContext({
    baseURL: base,
    locale,
    viewport: { width, height },
    colorScheme: dark ? 'dark' : 'light',
    reducedMotion: 'reduce',
    storageState: state,
    permissions: ['microphone'],
  })
  context.setDefaultTimeout(PATIENCE_MS)
  context.on('page', watch)
  return context
}

// ------------------------------------------------------------ looking

/** Axe's serious and critical findings, as texts. */
export async function axe(page) {
  if (!(await page.evaluate(() => 'axe' in window))) {
    // Evaluated by the debugger, so that the page's content security policy stays in force.
    await page.evaluate(AXE)
  }
  const found = await page.evaluate(async () => {
    const { violations } = await window.axe.run(document, { resultTypes: ['violations'] })
    return violations
      .filter((each) => each.impact === 'serious' || each.impact === 'critical')
      .map((each) => `${each.id} (${each.impact}): ${each.nodes.map((node) => `${node.target} ${node.html.slice(0, 160)} ${node.any?.[0]?.message ?? ''}`).slice(0, 4).join(' | ')}`)
  })
  return found
}

/** The elements that overflow the window on the right; empty when the page fits. */
export async function tooWide(page) {
  return page.evaluate(() => {
    const width = document.documentElement.clientWidth
    if (document.documentElement.scrollWidth <= width) {
      return ''
    }
    const inScroller = (element) => {
      for (let at = element.parentElement; at && at !== document.body; at = at.parentElement) {
        if (getComputedStyle(at).overflowX !== 'visible') {
          return true
        }
      }
      return false
    }
    const wide = [...document.body.querySelectorAll('*')].filter(
      (element) => element.getBoundingClientRect().right > width + 1 && !inScroller(element),
    )
    const named = wide.slice(0, 4).map((element) => `${element.tagName.toLowerCase()}.${[...element.classList].join('.')}`)
    return `${document.documentElement.scrollWidth} px: ${named.join(' ')}`
  })
}

/** Waits until a page has finished loading and animating. */
export async function settled(page) {
  await page.locator('#app h1').first().waitFor().catch(() => {
    throw new Error(`${page.url()} shows no page`)
  })
  await page.locator('.el-skeleton').first().waitFor({ state: 'detached' }).catch(() => trouble(`${page.url()}: never finishes loading`))
  await still(page)
}

/** Waits for animations and transitions to end; endless ones are ignored. */
export async function still(page) {
  await page.evaluate(async () => {
    const ending = document.getAnimations().filter((each) => each.effect?.getComputedTiming().endTime !== Infinity)
    await Promise.all(ending.map((each) => each.finished.catch(() => {})))
  })
}

export async function shot(page, folder, name) {
  mkdirSync(join(SCREENSHOTS, folder), { recursive: true })
  // Sticky elements would cover the middle of the picture.
  await page.evaluate(() => scrollTo(0, 0))
  await page.screenshot({ path: join(SCREENSHOTS, folder, `${name}.png`), fullPage: true })
}

// ------------------------------------------------------------ telling

let step = Date.now()

/** Logs a finished step in one line. */
export function done(what) {
  console.log(`ok ${((Date.now() - step) / 1_000).toFixed(1)} s  ${what}`)
  step = Date.now()
}

export function must(condition, what) {
  if (!condition) {
    throw new Error(what)
  }
}
