import { flushPromises, mount, type VueWrapper } from '@vue/test-utils'
import { type Component } from 'vue'
import { createMemoryHistory, createRouter, type Router } from 'vue-router'
import { vi } from 'vitest'
import { i18n } from '@/i18n'

export interface Call {
  method: string
  path: string
  query: Record<string, string>
  body: unknown
}

type Answer = unknown | ((call: Call) => unknown)

/** An error response. */
export class Refusal {
  constructor(
    readonly status: number,
    readonly msg: string,
    readonly data: unknown = null,
  ) {}
}

/** Responses of `fetch`, by "METHOD /path"; returns the requests made. */
export function server(answers: Record<string, Answer>): Call[] {
  const calls: Call[] = []
  vi.stubGlobal('fetch', async (path: string, init: RequestInit = {}) => {
    const url = new URL(path, 'http://localhost')
    const call: Call = {
      method: init.method ?? 'GET',
      path: url.pathname,
      query: Object.fromEntries(url.searchParams),
      body: typeof init.body === 'string' ? JSON.parse(init.body) : undefined,
    }
    calls.push(call)
    const found = answers[`${call.method} ${call.path}`]
    const data = typeof found === 'function' ? (found as (call: Call) => unknown)(call) : found
    if (data instanceof Refusal) {
      return reply(data.status, { code: data.status, msg: data.msg, data: data.data })
    }
    return data === undefined
      ? reply(404, { code: 404, msg: `no ${call.method} ${call.path}`, data: null })
      : reply(200, { code: 0, msg: 'success', data, nextCursor: null })
  })
  return calls
}

const reply = (status: number, body: unknown): Response => new Response(JSON.stringify(body), { status })

/** A page without the app around it, at an address. */
export async function show(
  page: Component,
  at = '/',
  props: Record<string, unknown> = {},
): Promise<{ page: VueWrapper; router: Router }> {
  const nothing = { template: '<i />' }
  const router = createRouter({
    history: createMemoryHistory(),
    routes: [
      { path: '/sign-in', name: 'sign-in', component: nothing },
      { path: '/sign-up', name: 'sign-up', component: nothing },
      { path: '/firmware/:id', name: 'build', component: nothing },
      { path: '/:all(.*)*', component: nothing },
    ],
  })
  await router.push(at)
  const wrapper = mount(page, {
    props,
    attachTo: document.body,
    global: { plugins: [router, i18n] },
  })
  await settled()
  return { page: wrapper, router }
}

/** Lets pending work finish. */
export async function settled(): Promise<void> {
  for (let i = 0; i < 5; i++) {
    await flushPromises()
  }
}
