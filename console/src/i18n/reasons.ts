/**
 * Why devices could not be announced: the API uses these words in every language, as its clients
 * expect.
 */
const REASONS = {
  exists: '已存在',
  mac: 'MAC 地址格式错误',
  serial: '序列号格式错误',
  key: '密钥应为 16 到 64 字节',
  busy: '数据库繁忙，请重试',
} as const

export type Reason = keyof typeof REASONS

export const reasonIs = (reason: Reason, said: string): boolean => REASONS[reason] === said

/** The key of a reason; null if unknown here. */
export function reasonOf(said: string): Reason | null {
  const names = Object.keys(REASONS) as Reason[]
  return names.find((name) => REASONS[name] === said) ?? null
}
