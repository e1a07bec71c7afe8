const named = document.querySelector('meta[name=base]')?.getAttribute('content') ?? '/'

/** The path under which a proxy serves this site, from the setting public.url; empty at its root. */
export const BASE = named.replace(/^\.\//, '/').replace(/\/+$/, '')

/** This site's address as in the browser, without a slash at its end. */
export const HERE = location.origin + BASE

/** The address of a path of the server. */
export const at = (path: string): string => BASE + path
