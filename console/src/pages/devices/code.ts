/** Activation codes have six digits, more while codes are being guessed. */
export const SHORTEST = 6
export const LONGEST = 17

// Full-width digits, as typed with Chinese input methods.
const ascii = (text: string): string =>
  text.replace(/[\uff10-\uff19]/g, (digit) => String.fromCharCode(digit.charCodeAt(0) - 0xfee0))

/** The digits that a person typed; spaces and dashes are ignored. */
export function digitsOf(text: string): string {
  return ascii(text).replace(/\D/g, '').slice(0, LONGEST)
}

/**
 * The code in a pasted text, which may be a whole message of the device including addresses: the
 * last run of digits that is long enough, or otherwise all digits.
 */
export function codeIn(text: string): string {
  // A port, a date or a MAC is adjacent to other characters; a code is not.
  const runs = ascii(text).match(/(?<![\w.:/-])\d(?:[ \-\u00a0]?\d)*(?![\w:/-])/g) ?? []
  const codes = runs.map(digitsOf).filter(complete)
  return codes.at(-1) ?? digitsOf(text)
}

export const complete = (digits: string): boolean =>
  digits.length >= SHORTEST && digits.length <= LONGEST

/** In groups, for readability. */
export function grouped(digits: string): string {
  return digits.replace(/(\d{3})(?=\d)/g, '$1 ')
}
