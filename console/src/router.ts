import { at } from '@/lib/base'
import { createRouter, createWebHistory, type RouteRecordRaw } from 'vue-router'
import { hush, listen } from '@/lib/live'
import { onSignedOut } from '@/lib/api'
import { begin, forget, session } from '@/lib/session'
import agents from '@/pages/agents/routes'
import api from '@/pages/api/routes'
import auth from '@/pages/auth/routes'
import devices from '@/pages/devices/routes'
import firmware from '@/pages/firmware/routes'
import overview from '@/pages/overview/routes'
import rollouts from '@/pages/rollouts/routes'
import settings, { moved } from '@/pages/settings/routes'
import tryit from '@/pages/tryit/routes'

declare module 'vue-router' {
  interface RouteMeta {
    /** Available without signing in. */
    open?: boolean
    /** Without the menu. */
    bare?: boolean
    /** Pages with the same frame share its instance during navigation. */
    frame?: string
  }
}

const routes: RouteRecordRaw[] = [
  ...overview,
  ...agents,
  ...devices,
  ...firmware,
  ...rollouts,
  ...tryit,
  ...settings,
  ...api,
  ...auth,
  { path: '/:all(.*)*', name: 'not-found', component: () => import('@/pages/NotFound.vue'), meta: { open: true } },
]

export const router = createRouter({
  history: createWebHistory(at('/')),
  routes,
  scrollBehavior: (_to, _from, saved) => saved ?? { top: 0 },
})

router.beforeEach(async (to) => {
  const elsewhere = moved(to.hash)
  if (elsewhere) {
    return { path: elsewhere, replace: true }
  }
  if (!session.start) {
    await begin()
  }
  const user = session.start?.user
  if (user) {
    listen()
  }
  if (!user && !to.meta.open) {
    const name = session.start?.unclaimed ? 'sign-up' : 'sign-in'
    return { name, query: to.fullPath === '/' ? {} : { next: to.fullPath } }
  }
  return true
})

onSignedOut(() => {
  const here = router.currentRoute.value
  hush()
  forget()
  if (!here.meta.open) {
    void router.push({ name: 'sign-in', query: { next: here.fullPath, ended: '1' } })
  }
})
