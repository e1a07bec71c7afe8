import type { RouteRecordRaw } from 'vue-router'

export default [
  // A device needs no account: anyone may simulate one.
  { path: '/try', name: 'tryit', component: () => import('./TryPage.vue'), meta: { open: true } },
] satisfies RouteRecordRaw[]
