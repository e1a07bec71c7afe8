/** How the code is spoken. */
export type Speech = 'spoken' | 'no-speech' | 'no-voice'

/** Browsers load their voices late, or have none. */
function voices(): Promise<SpeechSynthesisVoice[]> {
  const now = speechSynthesis.getVoices()
  if (now.length > 0) {
    return Promise.resolve(now)
  }
  return new Promise((resolve) => {
    const end = (): void => resolve(speechSynthesis.getVoices())
    speechSynthesis.addEventListener('voiceschanged', end, { once: true })
    setTimeout(end, 800)
  })
}

/** Speaks a code digit by digit, as a device does; returns whether this browser can. */
export async function speakCode(code: string, language: string): Promise<Speech> {
  if (typeof speechSynthesis === 'undefined') {
    return 'no-speech'
  }
  const all = await voices()
  if (all.length === 0) {
    return 'no-voice'
  }
  const words = new SpeechSynthesisUtterance([...code].join(language.startsWith('zh') ? '，' : ', '))
  words.lang = language
  words.rate = 0.9
  speechSynthesis.cancel()
  speechSynthesis.speak(words)
  return 'spoken'
}

export function hush(): void {
  if (typeof speechSynthesis !== 'undefined') {
    speechSynthesis.cancel()
  }
}
