// How people sign in: with a second factor, and by a provider, on a server of their own.
import { done, later, must, PEOPLE, settled, SETUP_CODE, shot, totp, visitor } from './lib.mjs'
import { say } from './words.mjs'

const t = say('zh')
const NAME = 'alice'
const PASSWORD = 'correct horse'
const PROVIDER = { name: 'Example' }
/** Each code of the app is valid for this long, and only once. */
const STEP_SECONDS = 30
const button = (page, key, filled) => page.getByRole('button', { name: t(key, filled), exact: true })
const field = (page, key) => page.getByLabel(t(key), { exact: true })

export async function people() {
  const context = await visitor({ base: PEOPLE.base })
  const page = await context.newPage()
  await signsUp(page)
  const { secret, used, recovery } = await turnsOn(page)
  await signsInWithCode(page, secret, used)
  await signsInWithRecoveryCode(page, recovery)
  await turnsOff(page)
  await isUnknownAtProvider(page)
  await links(page)
  await signsInByProvider(page)
  await unlinks(page)
  await context.close()
}

async function signsUp(page) {
  await page.goto(`/sign-up#setup-code=${SETUP_CODE}`)
  await field(page, 'auth.username').fill(NAME)
  await field(page, 'auth.password').fill(PASSWORD)
  await button(page, 'auth.signUp').click()
  await button(page, 'auth.welcome.go').click()
  await settled(page)
}

async function signsOut(page) {
  await button(page, 'common.signOut').click()
  await page.waitForURL(/\/sign-in/)
  await settled(page)
}

async function fillsIn(page) {
  await field(page, 'auth.username').fill(NAME)
  await field(page, 'auth.password').fill(PASSWORD)
  await button(page, 'auth.signIn').click()
}

const isIn = (page) => button(page, 'common.signOut').waitFor()

async function turnsOn(page) {
  await page.goto('/settings/second-factor')
  await settled(page)
  await field(page, 'settings.factor.password').fill(PASSWORD)
  await button(page, 'settings.factor.begin').click()
  await page.getByRole('img', { name: t('settings.factor.scanLabel') }).waitFor()
  await shot(page, 'story', '20-second-factor')
  const secret = (await page.locator('code.secret').textContent()).replaceAll(' ', '')
  const used = await totp(PEOPLE, secret)
  await field(page, 'settings.factor.code').fill(used)
  await button(page, 'settings.factor.confirm').click()
  await button(page, 'settings.factor.saved').waitFor()
  const codes = await page.locator('.codes li').allTextContents()
  must(codes.length === 10, `ten recovery codes: ${codes.length}`)
  await shot(page, 'story', '21-recovery-codes')
  await button(page, 'settings.factor.saved').click()
  await page.getByText(t('settings.factor.on'), { exact: true }).waitFor()
  done('a second factor is turned on with a code of the app')
  return { secret, used, recovery: codes[0] }
}

async function signsInWithCode(page, secret, used) {
  await signsOut(page)
  await fillsIn(page)
  const code = field(page, 'auth.totp.label')
  await code.waitFor()
  await shot(page, 'story', '22-code-asked')
  await code.fill(used)
  await button(page, 'auth.signIn').click()
  await page.locator('[name=totp][aria-invalid=true]').waitFor()
  await later(STEP_SECONDS, PEOPLE)
  await code.fill(await totp(PEOPLE, secret))
  await button(page, 'auth.signIn').click()
  await isIn(page)
  done('the sign-in needs a code, and refuses one that was used')
}

async function signsInWithRecoveryCode(page, recovery) {
  await signsOut(page)
  await fillsIn(page)
  await field(page, 'auth.totp.label').fill(recovery)
  await button(page, 'auth.signIn').click()
  await isIn(page)
  await page.goto('/settings/second-factor')
  await page.getByText(t('settings.factor.left', { n: 9 })).waitFor()
  done('a recovery code does as well, once')
}

async function turnsOff(page) {
  await field(page, 'settings.factor.password').fill(PASSWORD)
  await button(page, 'settings.factor.remove').click()
  await page.getByText(t('settings.factor.removed')).waitFor()
  await signsOut(page)
  await fillsIn(page)
  await isIn(page)
  done('the second factor is turned off, and the password is enough')
}

const leaves = (page) => page.getByRole('link', { name: t('auth.provider.act', PROVIDER), exact: true }).click()

async function isUnknownAtProvider(page) {
  await signsOut(page)
  await leaves(page)
  await page.getByText(t('auth.provider.unknown', PROVIDER)).waitFor()
  await shot(page, 'story', '23-provider-unknown')
  done('somebody whom the provider knows, but nobody here, is told what to do')
}

async function links(page) {
  await fillsIn(page)
  await isIn(page)
  await page.goto('/settings/account')
  await settled(page)
  await field(page, 'settings.provider.password').fill('not the password')
  await button(page, 'settings.provider.link').click()
  await page.locator('[name=password][aria-invalid=true]').waitFor()
  await shot(page, 'story', '24-provider-link')
  await field(page, 'settings.provider.password').fill(PASSWORD)
  await button(page, 'settings.provider.link').click()
  await page.getByText(t('settings.provider.linked', PROVIDER)).waitFor()
  await shot(page, 'story', '25-provider-linked')
  done('an account is linked to the provider, with its password')
}

async function signsInByProvider(page) {
  await signsOut(page)
  await page.goto('/agents')
  await page.waitForURL(/\/sign-in/)
  await leaves(page)
  // The page requested before signing in.
  await page.waitForURL(`${PEOPLE.base}/agents`)
  await isIn(page)
  done('the provider signs them in, and they reach the requested page')
}

async function unlinks(page) {
  await page.goto('/settings/account')
  await settled(page)
  await button(page, 'settings.provider.unlink').click()
  await page.getByRole('dialog').getByRole('button', { name: t('settings.provider.unlink'), exact: true }).click()
  await page.getByText(t('settings.provider.none', PROVIDER)).waitFor()
  await signsOut(page)
  await leaves(page)
  await page.getByText(t('auth.provider.unknown', PROVIDER)).waitFor()
  done('the link is removed, and the provider no longer signs them in')
}
