// Plays the stories one after the other; ConsoleTest checks the exit code.
import { allTroubles, browser, done } from './lib.mjs'
import { pages } from './pages.mjs'
import { story } from './story.mjs'

let failed = null
try {
  const world = await story()
  await pages(world)
} catch (e) {
  failed = e
  console.log(e.stack ?? e)
}
await browser.close()
done('the browser is closed')
const troubles = allTroubles()
if (troubles.length > 0) {
  console.log(`${troubles.length} troubles:\n${[...new Set(troubles)].join('\n')}`)
}
process.exit(failed || troubles.length > 0 ? 1 : 0)
