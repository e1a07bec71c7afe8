/** The available time zones: those this browser knows, and the current choice. */
export const zones = (chosen: string): string[] =>
  [...new Set([chosen, ...Intl.supportedValuesOf('timeZone'), 'UTC'])].filter((zone) => zone).sort()
