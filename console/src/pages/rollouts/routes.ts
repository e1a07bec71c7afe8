import type { RouteRecordRaw } from 'vue-router'

export default [
  { path: '/rollouts', name: 'rollouts', component: () => import('./RolloutsPage.vue') },
  { path: '/rollouts/new', name: 'new-rollout', component: () => import('./NewRolloutPage.vue') },
  { path: '/rollouts/quarantine', name: 'quarantine', component: () => import('./QuarantinePage.vue') },
  { path: '/rollouts/why', name: 'why', component: () => import('./WhyPage.vue') },
  {
    path: '/rollouts/:id([0-9a-f]{32})',
    name: 'rollout',
    component: () => import('./RolloutPage.vue'),
    props: true,
  },
] satisfies RouteRecordRaw[]
