import type { RouteRecordRaw } from 'vue-router'

// Not below /api/: that prefix is for programs, and the server answers a reload with 404.
export default [
  { path: '/reference', name: 'api', component: () => import('./ApiPage.vue'), meta: { open: true } },
  {
    path: '/reference/:operation',
    name: 'api-operation',
    component: () => import('./OperationPage.vue'),
    meta: { open: true },
  },
  { path: '/api', redirect: '/reference' },
] satisfies RouteRecordRaw[]
