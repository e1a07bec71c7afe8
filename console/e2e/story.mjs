// From sign-up to a halted rollout, with two devices that are browser tabs.
import { BASE, CONTROL, done, ELSEWHERE, firmware, later, must, settled, SETUP_CODE, shot, tooWide, trouble, visitor } from './lib.mjs'
import { csv, xlsx } from './tables.mjs'
import { say } from './words.mjs'

const t = say('zh')
const BOARD = 'bread-compact-wifi'
const button = (page, key, filled) => page.getByRole('button', { name: t(key, filled), exact: true })
const link = (page, key, filled) => page.getByRole('link', { name: t(key, filled), exact: true })

export async function story() {
  const owner = await visitor()
  const page = await owner.newPage()
  await signsUp(page)
  const agent = await makesAgent(page)
  const good = await device(await visitor(), { recording: true })
  await binds(page, agent, good)
  const bad = await device(owner, { recording: false })
  await bindsInNextTab(bad)
  await talks(bad)
  await listensToRecording(good)
  // A device's firmware counts as settled after ten minutes.
  await later(11 * 60)
  const build = await uploads(page)
  const rollout = await rollsOut(page, build)
  await installs(good)
  await playsBad(bad)
  await isHalted(page)
  await seesAttention(page)
  await playsWithoutMicrophone(page, agent)
  await playsFromAnotherSite(page, agent)
  await importsSpreadsheet(page, agent)
  await namesDevicesOfRollout(page)
  const mac = await bad.getByTestId('mac').textContent()
  const state = await owner.storageState()
  await good.context().close()
  await owner.close()
  return { state, agent, build, rollout, mac }
}

async function signsUp(page) {
  await page.goto('/devices')
  await page.getByText(t('auth.first.title')).waitFor()
  await shot(page, 'story', '01-first-user')
  // As the link that the server printed does, without loading the page anew.
  await page.evaluate((code) => {
    location.hash = `setup-code=${code}`
  }, SETUP_CODE)
  const code = page.getByLabel(t('auth.setupCode.label'), { exact: true })
  await page.waitForURL((url) => url.hash === '')
  must((await code.inputValue()) === SETUP_CODE, 'the link fills the setup code in')
  await page.getByLabel(t('auth.username'), { exact: true }).fill('alice')
  await page.getByLabel(t('auth.password'), { exact: true }).fill('correct horse')
  await button(page, 'auth.signUp').click()
  await page.getByText(t('auth.welcome.title', { name: 'alice' })).waitFor()
  await button(page, 'auth.welcome.go').click()
  // The page requested before signing in.
  await page.waitForURL(`${BASE}/devices`)
  await settled(page)
  await shot(page, 'story', '02-no-devices')
  done('the first user signs up, becomes the administrator, and reaches the requested page')
}

async function makesAgent(page) {
  await page.goto('/agents')
  await settled(page)
  await link(page, 'agents.create').first().click()
  await page.getByLabel(t('agents.name'), { exact: true }).fill('<b>客厅</b>')
  await page.getByLabel(t('agents.assistant'), { exact: true }).fill('小智')
  await button(page, 'agents.create').click()
  await page.waitForURL(/\/agents\/[0-9a-f]{32}/)
  const id = /agents\/([0-9a-f]{32})/.exec(page.url())[1]
  await page.getByRole('heading', { name: '<b>客厅</b>' }).waitFor()
  done('an agent is created; markup in its name is text')
  return id
}

/** A device in its own tab, switched on, showing its code. */
async function device(context, { recording, base = BASE, obstacle = 'no-webcodecs' }) {
  const page = await context.newPage()
  if (recording && base === BASE) {
    await page.addInitScript(() => delete window.AudioEncoder)
  }
  await page.goto(`${base}/try`)
  await settled(page)
  if (recording) {
    await page.getByText(t(`tryit.obstacle.${obstacle}`)).waitFor()
  }
  await button(page, 'tryit.device.power').click()
  await page.getByTestId('code').waitFor()
  // Headless browsers have no speech synthesis, and the page must report it.
  await page.getByText(/激活码只能看|设备正在念激活码/).waitFor()
  return page
}

const idle = (page) => page.locator('[data-testid=device-state][data-state=idle]').waitFor()

async function binds(page, agent, other) {
  const code = await other.getByTestId('code').textContent()
  must(/^\d{6,}$/.test(code), `a code: ${code}`)
  await page.goto(`/devices/add?agent=${agent}`)
  await settled(page)
  await page.locator('#code').pressSequentially(code)
  await button(page, 'devices.add.check').click()
  await page.getByText(BOARD).first().waitFor()
  await shot(page, 'story', '03-add-by-code')
  await button(page, 'devices.add.bind').click()
  await page.locator('#add-done').waitFor()
  await idle(other)
  done('a device is added by its code, and is ready a few seconds later')
}

async function bindsInNextTab(own) {
  await shot(own, 'story', '04-code')
  const [tab] = await Promise.all([own.waitForEvent('popup'), link(own, 'tryit.screen.bind').click()])
  await settled(tab)
  await button(tab, 'devices.add.check').click()
  await tab.getByRole('combobox', { name: t('devices.add.agent') }).click()
  await tab.getByRole('option', { name: '<b>客厅</b>' }).click()
  await button(tab, 'devices.add.bind').click()
  await tab.locator('#add-done').waitFor()
  await tab.close()
  await idle(own)
  done('the device in the browser is bound in the next tab')
}

const heardOf = async (page) => {
  const heard = await page.getByTestId('heard').evaluate((element) => ({ ...element.dataset }))
  return { frames: Number(heard.frames), seconds: Number(heard.seconds), peak: Number(heard.peak) }
}
const phase = (page, name) => page.locator(`[data-testid=device-state][data-phase=${name}]`).waitFor()

async function talks(page) {
  const talk = page.getByTestId('talk')
  await talk.hover()
  await page.mouse.down()
  await phase(page, 'listening')
  await page.waitForTimeout(1_800)
  await page.mouse.up()
  await phase(page, 'speaking')
  await phase(page, 'ready')
  const heard = await heardOf(page)
  must(heard.frames > 15 && heard.seconds > 1 && heard.peak > 0.02, `the echo was heard: ${JSON.stringify(heard)}`)
  // The same with the keyboard.
  await talk.focus()
  await page.keyboard.down(' ')
  await phase(page, 'listening')
  await page.waitForTimeout(600)
  await page.keyboard.up(' ')
  await phase(page, 'speaking')
  await shot(page, 'story', '05-talking')
  await button(page, 'tryit.talk.hangUp').click()
  await phase(page, 'closed')
  done(`the echo arrives: ${heard.seconds} s, loudest ${heard.peak}`)
}

async function listensToRecording(page) {
  await page.getByTestId('talk').click()
  await phase(page, 'speaking')
  await page.waitForTimeout(600)
  await button(page, 'tryit.talk.abort').click()
  await phase(page, 'ready')
  const heard = await heardOf(page)
  must(heard.frames > 3 && heard.seconds > 0.2 && heard.peak > 0.02, `the recording was heard: ${JSON.stringify(heard)}`)
  await button(page, 'tryit.frames.pause').click()
  await button(page, 'tryit.frames.clear').click()
  await button(page, 'tryit.frames.resume').click()
  await button(page, 'tryit.talk.hangUp').click()
  done('without an encoder a recording is used, and can be interrupted')
}

async function uploads(page) {
  await page.goto('/firmware')
  await settled(page)
  const file = await firmware('2.5.0')
  const broken = { ...file, name: 'not-firmware.bin', buffer: Buffer.from('this is no firmware'.repeat(1_000)) }
  await page.locator('input[type=file]').setInputFiles(broken)
  await page.getByText(t('firmware.upload.refused')).waitFor()
  await shot(page, 'story', '06-refused')
  await page.locator('input[type=file]').setInputFiles(file)
  const card = page.getByRole('article', { name: file.name })
  await card.getByText(t('firmware.upload.done')).waitFor()
  await card.getByLabel(t('firmware.form.board'), { exact: true }).first().fill(BOARD)
  await card.getByRole('button', { name: t('common.save'), exact: true }).click()
  const onward = card.getByRole('link', { name: t('firmware.rollOut') })
  await onward.waitFor()
  await shot(page, 'story', '07-uploaded')
  await onward.click()
  await page.waitForURL(/\/rollouts\/new/)
  done('a file that isn’t firmware is refused with the reason; a build is uploaded')
  return new URL(page.url()).searchParams.get('build')
}

async function rollsOut(page) {
  await settled(page)
  await page.getByRole('radio', { name: t('rollouts.pace.once') }).check({ force: true })
  await page.getByText(t('rollouts.preview.reachable', { n: 2 })).waitFor()
  await shot(page, 'story', '08-plan')
  await button(page, 'rollouts.form.start').click()
  await page.getByRole('dialog').getByRole('button', { name: t('rollouts.act.start.do'), exact: true }).click()
  await page.waitForURL(/\/rollouts\/[0-9a-f]{32}/)
  await page.getByText(t('rollouts.status.RUNNING'), { exact: true }).first().waitFor()
  done('a rollout to both devices is planned and started')
  return /rollouts\/([0-9a-f]{32})/.exec(page.url())[1]
}

const noted = (page, name) => page.locator(`[data-testid=story] [data-note=${name}]`).first().waitFor()

async function installs(page) {
  await button(page, 'tryit.device.restart').click()
  await noted(page, 'installed')
  await noted(page, 'boot-trial')
  await idle(page)
  must((await page.getByTestId('runs').textContent()) === '2.5.0', 'it runs the new build')
  const sent = await page.getByTestId('ota').locator('pre').first().textContent()
  must(sent.includes('"version": "2.5.0"') && sent.includes('"label": "ota_1"'), 'it reports so at its check-in')
  await page.reload()
  await settled(page)
  must((await page.getByTestId('runs').textContent()) === '2.5.0', 'it keeps the new build over a reload')
  done('a device downloads and installs the build, and reports it at its next check-in')
}

async function playsBad(page) {
  await page.getByRole('radio', { name: t('tryit.fate.crash') }).check({ force: true })
  await button(page, 'tryit.device.restart').click()
  await noted(page, 'boot-trial')
  await noted(page, 'crash')
  await noted(page, 'boot-rolled-back')
  await idle(page)
  await shot(page, 'story', '09-rolled-back')
  done('the other one crashes and rolls back')
}

async function isHalted(page) {
  const halted = page.getByText(t('rollouts.status.HALTED'), { exact: true }).first()
  // Without a reload: the page must receive the change.
  for (let i = 0; i < 6 && !(await halted.isVisible()); i++) {
    await later(20)
    await halted.waitFor({ timeout: 3_000 }).catch(() => {})
  }
  await halted.waitFor()
  const reason = (await page.getByRole('alert').allTextContents()).join(' ').trim()
  must(/回滚|退回|崩溃/.test(reason) && /\d/.test(reason), `a reason in a sentence: ${reason}`)
  await shot(page, 'story', '10-halted')
  done(`the rollout stopped automatically, and the page shows it without a reload: ${reason}`)
}

async function seesAttention(page) {
  await page.goto('/')
  await settled(page)
  await page.getByText('2.5.0').first().waitFor()
  const wide = await tooWide(page)
  if (wide) {
    trouble(`/ is too wide: ${wide}`)
  }
  await shot(page, 'story', '11-attention')
  done('the overview shows what needs attention')
}

async function playsFromAnotherSite(page, agent) {
  const other = await visitor()
  const device = await other.newPage()
  const named = new URLSearchParams({ ota: `${BASE}/v1/ota/`, mac: '02:00:00:00:50:01', client: crypto.randomUUID() })
  await device.goto(`${CONTROL}/test-page?${named}`)
  const shows = (id, text) => device.locator(`#${id}`, { hasText: text }).waitFor()
  await shows('state', 'waiting')
  await page.goto(`/devices/add?agent=${agent}`)
  await settled(page)
  await page.locator('#code').pressSequentially(await device.locator('#code').textContent())
  await button(page, 'devices.add.check').click()
  await button(page, 'devices.add.bind').click()
  await page.locator('#add-done').waitFor()
  await shows('state', 'ready')
  await shows('heard', 'good morning')
  await other.close()
  done('a page of another site activates, is bound, and talks')
}

async function playsWithoutMicrophone(page, agent) {
  const far = await device(await visitor(), { recording: true, base: ELSEWHERE, obstacle: 'insecure' })
  await binds(page, agent, far)
  await far.getByTestId('talk').click()
  await phase(far, 'speaking')
  await phase(far, 'ready')
  const frames = Number(await far.getByTestId('heard').getAttribute('data-frames'))
  must(frames > 30, `frames are counted where they can't be decoded: ${frames}`)
  await far.getByText(t('tryit.talk.counted', { frames })).waitFor()
  await shot(far, 'story', '12-insecure')
  await far.context().close()
  done('a page without a secure context reports that, plays a recording and counts the answer’s frames')
}

async function importsSpreadsheet(page, agent) {
  await page.goto(`/devices/import?agent=${agent}`)
  await settled(page)
  await page.locator('input[type=file]').setInputFiles(
    xlsx('出货单.xlsx', [
      ['序列号', 'MAC地址', '联系电话'],
      [202612010001, 'D4:06:06:B6:A9:01', '138001380001'],
      [202612010002, 'd4-06-06-b6-a9-02', '138001380002'],
      [202612010003, '00:00:00:00:00:00', '138001380003'],
    ]),
  )
  await page.getByText(t('common.list.fromHeading', { column: 2, heading: 'MAC地址' })).waitFor()
  const first = (await page.locator('.list__first li').allTextContents()).join(' ')
  must(first === 'd4:06:06:b6:a9:01 d4:06:06:b6:a9:02', `no serial or telephone number is a MAC: ${first}`)
  const refused = await page.getByRole('region', { name: t('common.list.refusedLines') }).textContent()
  must(refused.includes(t('common.list.line', { n: 4 })) && refused.includes('全零'), `the reason and its line: ${refused}`)
  await shot(page, 'story', '13-spreadsheet')
  await button(page, 'devices.import.begin', { n: 2 }).click()
  await page.getByText(t('devices.import.state.finished')).waitFor()
  await page.goto(`/devices/announced?agent=${agent}`)
  await settled(page)
  await page.getByText('d4:06:06:b6:a9:02').first().waitFor()
  done('the MACs of a spreadsheet with serial and telephone numbers are shown first, then imported')
}

async function namesDevicesOfRollout(page) {
  await page.goto('/rollouts/new')
  await settled(page)
  await page.getByText(t('rollouts.form.whomListed'), { exact: true }).click()
  // "Device MAC,place" and two rows, as a Chinese spreadsheet saves CSV.
  const place = [0xbf, 0xcd, 0xcc, 0xfc]
  const file = csv('名单.csv', [0xc9, 0xe8, 0xb1, 0xb8, 'MAC,', ...place, '\r\nd4:06:06:b6:a9:01,', ...place, '\r\nD40606B6A902,', ...place, '\r\n'])
  await page.locator('.macs input[type=file]').first().setInputFiles(file)
  await page.getByText(t('common.list.fromHeading', { column: 1, heading: '设备MAC' })).waitFor()
  await page.getByText(t('rollouts.macs.count', { n: 2 }), { exact: true }).waitFor()
  await shot(page, 'story', '14-list')
  await button(page, 'common.clear').first().click()
  done('a list in GB 18030 names the devices of a rollout')
}
