import { flushPromises, mount } from '@vue/test-utils'
import { readFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createMemoryHistory, createRouter, type Router } from 'vue-router'
import { i18n, speak } from '@/i18n'
import ApiPage from '@/pages/api/ApiPage.vue'
import { ApiDocument, curl, half, type RawDocument } from '@/pages/api/document'
import OperationPage from '@/pages/api/OperationPage.vue'
import routes from '@/pages/api/routes'

/** As the server gives it. */
const raw = JSON.parse(readFileSync('openapi.json', 'utf8')) as RawDocument
const document = new ApiDocument(raw)
const chinese = /[\u4e00-\u9fff]/

function operation(id: string): ApiDocument['operations'][number] {
  const found = document.operations.find((each) => each.id === id)
  if (!found) {
    throw new Error(id)
  }
  return found
}

describe('the document', () => {
  it('is read completely', () => {
    expect(document.operations.length).toBeGreaterThan(90)
    const shown = document.areas('').flatMap((area) => area.operations)
    expect(shown.length).toBe(document.operations.length)
  })

  it('has fields, limits and required fields', () => {
    const schema = operation('login').body?.content['application/json']?.schema ?? {}
    const rows = document.rows(schema)
    expect(rows.map((row) => row.name)).toContain('password')
    expect(rows.find((row) => row.name === 'username')?.required).toBe(true)
    expect(rows.find((row) => row.name === 'captcha')?.type).toBe('string …16')
  })

  it('shows the content of an envelope, through references and lists', () => {
    const answer = operation('devices').answers[0]?.answer.content?.['application/json']?.schema
    const names = document.rows(answer ?? {}).map((row) => row.name)
    expect(names).toEqual(expect.arrayContaining(['code', 'data', 'macAddress', 'actions', 'nextCursor']))
  })

  it('is searched by each word, anywhere', () => {
    const found = document.areas('DELETE /v1/webhooks').flatMap((area) => area.operations)
    expect(found.map((each) => each.id)).toEqual(['deleteWebhook'])
    expect(document.areas('no such thing')).toEqual([])
  })

  it('generates shell commands', () => {
    expect(curl(operation('login'), 'http://h')).toBe(
      `curl -X POST -H 'Content-Type: application/json' -d '{"username":"me","password":"a long password"}' 'http://h/xiaozhi/user/login'`,
    )
    expect(curl(operation('device'), 'http://h')).toBe(
      `curl -X GET -H "Authorization: Bearer $TOKEN" 'http://h/v1/devices/d4:06:06:b6:a9:fa'`,
    )
    for (const each of document.operations) {
      expect(curl(each, 'http://h')).toMatch(/^curl [\s\S]*'http:\/\/h\/[^']*'$/)
    }
  })

  it('is in both languages', () => {
    for (const each of document.operations) {
      for (const { answer } of each.answers) {
        const schemas = Object.values(answer.content ?? {}).map((content) => content.schema ?? {})
        schemas.forEach((schema) => expect(document.rows(schema), each.id).not.toEqual([]))
      }
      expect(half(each.summary, 'zh'), each.id).toMatch(chinese)
      expect(half(each.summary, 'en'), each.id).not.toMatch(chinese)
    }
  })
})

describe('the pages', () => {
  let router: Router

  beforeEach(() => {
    speak('en')
    vi.stubGlobal('fetch', () => Promise.resolve(new Response(JSON.stringify(raw))))
    router = createRouter({ history: createMemoryHistory(), routes })
  })

  afterEach(() => vi.unstubAllGlobals())

  async function shown(page: typeof ApiPage, path: string): Promise<ReturnType<typeof mount>> {
    await router.push(path)
    const wrapper = mount(page, { global: { plugins: [router, i18n] } })
    await flushPromises()
    return wrapper
  }

  it('list the operations that match the address', async () => {
    const all = await shown(ApiPage, '/reference')
    expect(all.findAll('li a').length).toBe(document.operations.length)
    const some = await shown(ApiPage, '/reference?q=turn-back')
    expect(some.findAll('li a').length).toBe(1)
    const none = await shown(ApiPage, '/reference?q=nonsense+word')
    expect(none.text()).toContain('No matches')
  })

  it('show an operation of every area', async () => {
    for (const area of document.areas('')) {
      const each = area.operations[0] as ApiDocument['operations'][number]
      const page = await shown(OperationPage as typeof ApiPage, `/reference/${each.id}`)
      expect(page.text(), each.id).toContain(each.path)
      expect(page.findAll('details').length, each.id).toBe(each.answers.length)
      expect(page.text(), each.id).not.toMatch(/undefined|\[object/)
      page.unmount()
    }
    const unknown = await shown(OperationPage as typeof ApiPage, '/api/nothing')
    expect(unknown.text()).toContain('No such operation')
  }, 60_000)
})
