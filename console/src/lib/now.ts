import { ref } from 'vue'

/** The current time, epoch ms, for texts such as “3 minutes ago”. */
export const now = ref(Date.now())

setInterval(() => (now.value = Date.now()), 15_000)
