import type { components } from '@openapi'

/** What an answer or a request is, by its name in the API's document. */
export type Schema<Name extends keyof components['schemas']> = components['schemas'][Name]
