import type { RouteRecordRaw } from 'vue-router'

export default [
  { path: '/api', name: 'api', component: () => import('./ApiPage.vue'), meta: { open: true } },
  {
    path: '/api/:operation',
    name: 'api-operation',
    component: () => import('./OperationPage.vue'),
    meta: { open: true },
  },
] satisfies RouteRecordRaw[]
