import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { show } from '../help'
import LeadsAway from '@/components/LeadsAway.vue'
import { i18n } from '@/i18n'

beforeEach(() => (i18n.global.locale.value = 'en'))
afterEach(() => (document.body.innerHTML = ''))

const url = 'https://ota.elsewhere.example/xiaozhi/ota/'

describe('the OTA address of a build', () => {
  it('is not mentioned if it is this server', async () => {
    const { page } = await show(LeadsAway, '/', { build: { leadsHome: true, addresses: [url] }, ask: true })
    expect(page.text()).toBe('')
  })

  it('is shown with the addresses, and must be confirmed where it matters', async () => {
    const said: boolean[] = []
    const build = { leadsHome: false, addresses: [url] }
    const shown = await show(LeadsAway, '/', { build })
    expect(shown.page.text()).toContain(url)
    expect(shown.page.find('input').exists()).toBe(false)
    const asked = await show(LeadsAway, '/', {
      build,
      ask: true,
      'onUpdate:modelValue': (knows: boolean) => said.push(knows),
    })
    await asked.page.find('input').setValue(true)
    expect(said).toEqual([true])
  })

  it('can be unknown', async () => {
    const { page } = await show(LeadsAway, '/', { build: { leadsHome: false, addresses: [] } })
    expect(page.text()).toContain('No OTA address was found')
  })
})
