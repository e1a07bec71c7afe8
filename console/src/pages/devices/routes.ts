import type { RouteRecordRaw } from 'vue-router'

export default [
  { path: '/devices', name: 'devices', component: () => import('./DevicesPage.vue') },
  { path: '/devices/add', name: 'device-add', component: () => import('./AddPage.vue') },
  { path: '/devices/import', name: 'device-import', component: () => import('./ImportPage.vue') },
  { path: '/devices/announced', name: 'device-announced', component: () => import('./AnnouncedPage.vue') },
  { path: '/devices/imports', name: 'device-imports', component: () => import('./ImportsPage.vue') },
  { path: '/devices/programs', name: 'device-programs', component: () => import('./ProgramsPage.vue') },
  { path: '/devices/help', name: 'device-help', component: () => import('./HelpPage.vue') },
  { path: '/devices/:mac', name: 'device', component: () => import('./DevicePage.vue'), props: true },
] satisfies RouteRecordRaw[]
