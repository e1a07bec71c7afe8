/** The server's limits. */
export const MAX_TAGS = 20
export const MAX_LENGTH = 32

export const tagFits = (text: string): boolean =>
  text.length <= MAX_LENGTH && /^[\p{L}\p{M}\p{Nd}._-]+$/u.test(text)

export const channelFits = (text: string): boolean => /^[a-z0-9._-]{0,32}$/.test(text)
