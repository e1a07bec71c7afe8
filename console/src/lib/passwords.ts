/** The server’s rules for new passwords that a page can tell without asking; the rest it answers. */
export const PASSWORD = { min: 10, max: 128 }

export function passwordFits(password: string): boolean {
  const { length } = [...password]
  return length >= PASSWORD.min && length <= PASSWORD.max
}
