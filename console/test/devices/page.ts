import { mount, type VueWrapper } from '@vue/test-utils'
import { vi } from 'vitest'
import type { Component } from 'vue'
import { createMemoryHistory, createRouter } from 'vue-router'
import { i18n } from '@/i18n'

/** A page of the console at an address. */
export async function at(page: Component, address: string, props: object = {}): Promise<VueWrapper> {
  i18n.global.locale.value = 'en'
  const router = createRouter({
    history: createMemoryHistory(),
    routes: [{ path: '/:all(.*)*', component: page }],
  })
  await router.push(address)
  await router.isReady()
  return mount(page, { props, global: { plugins: [i18n, router] }, attachTo: document.body })
}

/** The responses to `METHOD path`; everything else is not found. */
export function server(answers: Record<string, (body: unknown) => [number, unknown]>) {
  const asked: string[] = []
  vi.stubGlobal('fetch', async (url: string, init?: RequestInit) => {
    const [path = ''] = url.split('?')
    const key = `${init?.method ?? 'GET'} ${path}`
    asked.push(key)
    const sent = init?.body
    const body: unknown = sent instanceof Blob ? await sent.text() : sent ? JSON.parse(String(sent)) : null
    const [status, answer] = answers[key]?.(body) ?? [404, { code: 404, msg: 'not found' }]
    return new Response(JSON.stringify(answer), { status })
  })
  return asked
}

export const ok = (data: unknown): [number, unknown] => [200, { code: 0, msg: 'success', data }]
