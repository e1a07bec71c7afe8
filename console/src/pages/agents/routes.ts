import type { RouteRecordRaw } from 'vue-router'

export default [
  { path: '/agents', name: 'agents', component: () => import('./AgentsPage.vue') },
] satisfies RouteRecordRaw[]
