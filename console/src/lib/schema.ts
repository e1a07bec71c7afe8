import type { components } from '@openapi'

/** The type of an answer or a request, by its name in the API document. */
export type Schema<Name extends keyof components['schemas']> = components['schemas'][Name]
