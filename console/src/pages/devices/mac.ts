/** Whether an invalid MAC was probably meant as one. */
export function almostMac(text: string): boolean {
  return /^(?:[0-9a-z]{1,3}[:\-. ]){3,}[0-9a-z]{1,3}$/i.test(text.trim())
}
