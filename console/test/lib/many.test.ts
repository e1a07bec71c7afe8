import { expect, it } from 'vitest'
import { many } from '@/lib/many'

it('does all, a few at a time, and reports failures', async () => {
  let running = 0
  let most = 0
  const seen: number[] = []
  const failures = await many(
    Array.from({ length: 20 }, (_, n) => n),
    async (n) => {
      most = Math.max(most, ++running)
      await Promise.resolve()
      running--
      if (n % 7 === 3) {
        throw new Error(String(n))
      }
    },
    (done) => seen.push(done),
    3,
  )
  expect(failures.map((each) => each.item).sort((a, b) => a - b)).toEqual([3, 10, 17])
  expect(most).toBeLessThanOrEqual(3)
  expect(seen.at(-1)).toBe(20)
})
