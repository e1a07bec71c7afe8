import { mount } from '@vue/test-utils'
import { expect, test } from 'vitest'
import QrCode from '@/components/QrCode.vue'

const LINK = `wss://slipway.example.com/v1/ws/?device-id=02%3A00%3A00%3A00%3A00%3A01&client-id=7b94d69a-9808-4c59-9c9b-704333b38aff&authorization=Bearer+0011aabb.${'x'.repeat(22)}`

test('a link is drawn with the quiet zone that scanners need', () => {
  const drawn = mount(QrCode, { props: { text: LINK, label: 'scan me' } })
  const size = Number(drawn.get('svg').attributes('viewBox')?.split(' ')[2])
  // A version n has 17 + 4n modules, and 4 empty ones on each side.
  expect((size - 8 - 17) % 4).toBe(0)
  const dark = drawn.get('path').attributes('d') ?? ''
  const at = [...dark.matchAll(/M(\d+) (\d+)h1v1h-1z/g)].map((each) => [Number(each[1]), Number(each[2])])
  expect(Math.min(...at.flat())).toBe(4)
  expect(Math.max(...at.flat())).toBe(size - 5)
  expect(drawn.get('svg').attributes('aria-label')).toBe('scan me')
})
