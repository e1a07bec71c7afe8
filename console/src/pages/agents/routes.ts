import type { RouteRecordRaw } from 'vue-router'

export default [
  { path: '/agents', name: 'agents', component: () => import('./AgentsPage.vue') },
  { path: '/agents/new', name: 'agent-new', component: () => import('./AgentPage.vue') },
  { path: '/agents/:id', name: 'agent', component: () => import('./AgentPage.vue'), props: true },
  { path: '/agents/:id/history', name: 'agent-history', component: () => import('./HistoryPage.vue'), props: true },
  { path: '/agents/:id/history/:chat', name: 'agent-chat', component: () => import('./ChatPage.vue'), props: true },
] satisfies RouteRecordRaw[]
