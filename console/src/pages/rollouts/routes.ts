import type { RouteRecordRaw } from 'vue-router'

export default [
  { path: '/rollouts', name: 'rollouts', component: () => import('./RolloutsPage.vue') },
] satisfies RouteRecordRaw[]
