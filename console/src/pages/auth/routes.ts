import type { RouteRecordRaw } from 'vue-router'

const meta = { open: true, bare: true }

export default [
  { path: '/sign-in', name: 'sign-in', meta, component: () => import('./SignInPage.vue') },
  { path: '/sign-up', name: 'sign-up', meta, component: () => import('./SignUpPage.vue') },
] satisfies RouteRecordRaw[]
