import type { RouteRecordRaw } from 'vue-router'

export default [
  { path: '/firmware', name: 'firmware', component: () => import('./FirmwarePage.vue') },
] satisfies RouteRecordRaw[]
