import 'element-plus/theme-chalk/base.css'
import 'element-plus/theme-chalk/dark/css-vars.css'
import '@/elements.css'
import '@/style.css'
import { createApp } from 'vue'
import App from '@/App.vue'
import { i18n, show } from '@/i18n'
import { router } from '@/router'

show()
createApp(App).use(i18n).use(router).mount('#app')
