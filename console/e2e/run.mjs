// Plays the stories one after the other; ConsoleTest checks the exit code.
import { allTroubles, browser, done, shot } from './lib.mjs'
import { pages } from './pages.mjs'
import { people } from './people.mjs'
import { story } from './story.mjs'

/** Saves what the browser showed when a story failed. */
async function seen() {
  const open = browser.contexts().flatMap((each) => each.pages())
  for (const [n, page] of open.entries()) {
    console.log(`  open: ${page.url()}`)
    await shot(page, 'failed', String(n)).catch((e) => console.log(`  ${e}`))
  }
}

let failed = null
try {
  const world = await story()
  await people()
  await pages(world)
} catch (e) {
  failed = e
  console.log(e.stack ?? e)
  await seen()
}
await browser.close()
done('the browser is closed')
const troubles = allTroubles()
if (troubles.length > 0) {
  console.log(`${troubles.length} troubles:\n${[...new Set(troubles)].join('\n')}`)
}
process.exit(failed || troubles.length > 0 ? 1 : 0)
