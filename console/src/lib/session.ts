import { reactive, readonly } from 'vue'
import { get, post } from './api'

export interface User {
  id: string
  username: string
  role: 'admin' | 'user'
}

/** What the server reports about itself and the viewer. */
export interface Start {
  version: string
  captcha: boolean
  registration: 'open' | 'closed'
  /** Nobody has registered yet: the next user becomes the administrator. */
  unclaimed: boolean
  /** Whether registering from here needs the setup code that the server printed. */
  setupCode: boolean
  publicUrl: string
  user: User | null
}

const state = reactive<{ start: Start | null; error: unknown }>({ start: null, error: null })

export const session = readonly(state)

export function isAdmin(): boolean {
  return state.start?.user?.role === 'admin'
}

export async function begin(): Promise<void> {
  try {
    state.start = await get<Start>('/v1/console/start')
    state.error = null
  } catch (e) {
    state.error = e
  }
}

export async function signIn(body: {
  username: string
  password: string
  captcha: string
  captchaId: string
}): Promise<void> {
  await post('/v1/console/login', body)
  await begin()
}

export async function signOut(): Promise<void> {
  await post('/v1/console/logout')
  forget()
}

export function forget(): void {
  if (state.start) {
    state.start.user = null
  }
}
