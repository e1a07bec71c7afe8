/** Activation codes have six digits, more while somebody is guessing. */
export const SHORTEST = 6
export const LONGEST = 17

// As they come from Chinese input methods, too.
const ascii = (text: string): string =>
  text.replace(/[\uff10-\uff19]/g, (digit) => String.fromCharCode(digit.charCodeAt(0) - 0xfee0))

/** The digits of what a person typed; blanks and dashes don't count. */
export function digitsOf(text: string): string {
  return ascii(text).replace(/\D/g, '').slice(0, LONGEST)
}

/**
 * The code in what a person pasted, which may be a whole message of the device with addresses in
 * it: the last run of digits that is long enough, or else all digits.
 */
export function codeIn(text: string): string {
  // A port, a date or a MAC stands right beside other characters; a code stands by itself.
  const runs = ascii(text).match(/(?<![\w.:/-])\d(?:[ \-\u00a0]?\d)*(?![\w:/-])/g) ?? []
  const codes = runs.map(digitsOf).filter(complete)
  return codes.at(-1) ?? digitsOf(text)
}

export const complete = (digits: string): boolean =>
  digits.length >= SHORTEST && digits.length <= LONGEST

/** In groups, as people read them. */
export function grouped(digits: string): string {
  return digits.replace(/(\d{3})(?=\d)/g, '$1 ')
}
