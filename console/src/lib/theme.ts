import { ref, watchEffect } from 'vue'

export type Theme = 'auto' | 'light' | 'dark'

const KEPT = 'slipway.theme'
const dark = matchMedia('(prefers-color-scheme: dark)')
const system = ref(dark.matches)
dark.addEventListener('change', (e) => (system.value = e.matches))

function first(): Theme {
  const kept = localStorage.getItem(KEPT)
  return kept === 'light' || kept === 'dark' ? kept : 'auto'
}

export const theme = ref<Theme>(first())
export const isDark = ref(false)

watchEffect(() => {
  isDark.value = theme.value === 'dark' || (theme.value === 'auto' && system.value)
  document.documentElement.classList.toggle('dark', isDark.value)
  localStorage.setItem(KEPT, theme.value)
})
