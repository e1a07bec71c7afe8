import type { RouteRecordRaw } from 'vue-router'

const meta = { frame: 'settings' }

/** The page here for an address from the ecosystem's guides; null for any other. */
export function moved(hash: string): string | null {
  return /^#\/api-key-management\b/.test(hash) ? '/settings/keys' : null
}

export default [
  {
    path: '/settings',
    component: () => import('./SettingsPage.vue'),
    meta,
    children: [
      { path: '', name: 'settings', redirect: '/settings/account' },
      { path: 'account', component: () => import('./AccountTab.vue') },
      { path: 'password', component: () => import('./PasswordTab.vue') },
      { path: 'second-factor', component: () => import('./SecondFactorTab.vue') },
      { path: 'keys', component: () => import('./KeysTab.vue') },
      { path: 'webhooks', component: () => import('./WebhooksTab.vue') },
      { path: 'webhooks/:id', component: () => import('./WebhookTab.vue') },
      { path: 'events', component: () => import('./EventsTab.vue') },
      { path: 'audit', component: () => import('./AuditTab.vue') },
      { path: 'users', component: () => import('./UsersTab.vue') },
      { path: 'devices', component: () => import('./DevicesTab.vue') },
      { path: 'refused', component: () => import('./RefusedTab.vue') },
      { path: 'reach', component: () => import('./ReachTab.vue') },
      { path: 'system', component: () => import('./SystemTab.vue') },
    ],
  },
] satisfies RouteRecordRaw[]
