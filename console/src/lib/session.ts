import { reactive, readonly } from 'vue'
import { get, post } from './api'
import type { Schema } from './schema'

export type User = Schema<'ConsoleUser'>

/** The server's facts about itself and about the current user. */
export type Start = Schema<'ConsoleStart'>

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
  totp: string
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
