import type { RouteRecordRaw } from 'vue-router'

export default [
  { path: '/firmware', name: 'firmware', component: () => import('./FirmwarePage.vue') },
  {
    path: '/firmware/:id([0-9a-f]{32})',
    name: 'build',
    component: () => import('./BuildPage.vue'),
    props: true,
  },
] satisfies RouteRecordRaw[]
