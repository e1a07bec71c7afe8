import type { RouteRecordRaw } from 'vue-router'

export default [
  { path: '/try', name: 'tryit', component: () => import('./TryPage.vue') },
] satisfies RouteRecordRaw[]
