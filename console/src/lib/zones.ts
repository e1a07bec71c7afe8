/** The time zones to choose from: those this browser knows, and the one that is chosen already. */
export const zones = (chosen: string): string[] =>
  [...new Set([chosen, ...Intl.supportedValuesOf('timeZone'), 'UTC'])].filter((zone) => zone).sort()
