/** Suggested languages; others can be typed. */
export const LANGUAGES = ['zh-CN', 'en-US', 'zh-TW', 'yue-HK', 'ja-JP', 'ko-KR', 'de-DE', 'fr-FR', 'es-ES', 'ru-RU']

export const codeFits = (code: string): boolean => /^[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*$/.test(code)

/** A language's name in that language; the code itself if unknown. */
export function nameOfLanguage(code: string): string {
  try {
    return new Intl.DisplayNames([code], { type: 'language', fallback: 'code' }).of(code) ?? code
  } catch {
    return code
  }
}
