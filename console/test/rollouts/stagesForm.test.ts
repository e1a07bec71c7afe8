import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { settled, show } from '../help'
import { i18n } from '@/i18n'
import type { Stage } from '@/lib/rollout'
import { stage } from '@/pages/rollouts/stages'
import StagesForm from '@/pages/rollouts/StagesForm.vue'

beforeEach(() => (i18n.global.locale.value = 'en'))
afterEach(() => (document.body.innerHTML = ''))

describe('the form of stages', () => {
  it('shows each number with its label, minutes as hours', async () => {
    const { page } = await show(StagesForm, '/', {
      modelValue: [stage(1, 90), stage(100)],
      named: false,
    })
    const values = page.findAll('input').map((each) => each.element.value)
    expect(values).toEqual(['1', '1.5', '5', '59', '20', '100', '24', '5', '59', '20'])
    const names = page.findAll('input').map((each) => each.attributes('aria-label'))
    expect(new Set(names).size).toBe(5)
    expect(page.findAll('tbody td[data-label]').slice(0, 5).map((each) => each.attributes('data-label'))).toEqual(
      names.slice(0, 5),
    )
  })

  it('takes hours once they are entered and other numbers as they are typed', async () => {
    const said: Stage[][] = []
    const { page } = await show(StagesForm, '/', {
      modelValue: [stage(1, 90), stage(100)],
      named: false,
      'onUpdate:modelValue': (stages: Stage[]) => said.push(stages),
    })
    const type = async (at: number, text: string): Promise<void> => {
      const input = page.findAll('input')[at]
      if (input) {
        input.element.value = text
        await input.trigger('input')
      }
    }
    await type(1, '0.25')
    expect(said).toEqual([])
    await page.findAll('input')[1]?.trigger('change')
    await settled()
    expect(said.at(-1)?.[0]).toEqual(stage(1, 15))
    await type(0, '7')
    expect(said.at(-1)?.[0]).toMatchObject({ percent: 7 })
  })
})
