import type { Schema as ApiSchema } from '@/lib/schema'

/** A tool as a device describes it. */
export type Tool = ApiSchema<'Tool'>

export type Value = string | number | boolean | undefined

/** One input of a tool's form. */
export interface Field {
  name: string
  kind: 'integer' | 'number' | 'boolean' | 'choice' | 'text' | 'json'
  required: boolean
  description: string
  min?: number
  max?: number
  choices?: string[]
  initial: Value
}

export type Fault = 'required' | 'range' | 'whole' | 'json'

type Schema = Record<string, unknown>

const isObject = (value: unknown): value is Schema =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const number = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isFinite(value) ? value : undefined

/** The inputs of a tool's JSON schema; anything not understood is entered as JSON. */
export function fieldsOf(schema: unknown): Field[] {
  const root = isObject(schema) ? schema : {}
  const properties = isObject(root.properties) ? root.properties : {}
  const required = Array.isArray(root.required) ? root.required : []
  return Object.entries(properties).map(([name, property]) =>
    field(name, isObject(property) ? property : {}, required.includes(name)),
  )
}

function field(name: string, schema: Schema, required: boolean): Field {
  const described = typeof schema.description === 'string' ? schema.description : ''
  const base = { name, required, description: described }
  const type = Array.isArray(schema.type) ? schema.type.find((each) => each !== 'null') : schema.type
  if (Array.isArray(schema.enum) && schema.enum.every((each) => typeof each === 'string')) {
    const first = typeof schema.default === 'string' ? schema.default : undefined
    return { ...base, kind: 'choice', choices: schema.enum as string[], initial: first }
  }
  switch (type) {
    case 'integer':
    case 'number': {
      const min = number(schema.minimum)
      const max = number(schema.maximum)
      return { ...base, kind: type, min, max, initial: number(schema.default) }
    }
    case 'boolean':
      return { ...base, kind: 'boolean', initial: schema.default === true }
    case 'string':
      return { ...base, kind: 'text', initial: typeof schema.default === 'string' ? schema.default : '' }
    default: {
      const initial = schema.default === undefined ? '' : JSON.stringify(schema.default)
      return { ...base, kind: 'json', initial }
    }
  }
}

export function initial(fields: Field[]): Record<string, Value> {
  return Object.fromEntries(fields.map((each) => [each.name, each.initial]))
}

/** The form's values as arguments of the call, or errors by field. */
export function argumentsOf(
  fields: Field[],
  values: Record<string, Value>,
): { arguments: Record<string, unknown>; faults: Record<string, Fault> } {
  const given: Record<string, unknown> = {}
  const faults: Record<string, Fault> = {}
  for (const each of fields) {
    const value = values[each.name]
    // An empty text is a value if the argument is required.
    const absent = value === undefined || (value === '' && !(each.kind === 'text' && each.required))
    if (absent) {
      if (each.required) {
        faults[each.name] = 'required'
      }
      continue
    }
    if (typeof value === 'number') {
      if (each.kind === 'integer' && !Number.isInteger(value)) {
        faults[each.name] = 'whole'
      } else if (value < (each.min ?? -Infinity) || value > (each.max ?? Infinity)) {
        faults[each.name] = 'range'
      }
    }
    if (each.kind === 'json') {
      try {
        given[each.name] = JSON.parse(String(value))
      } catch {
        faults[each.name] = 'json'
      }
    } else {
      given[each.name] = value
    }
  }
  return { arguments: given, faults }
}

/** A tool's answer: its texts, and whether it reports a failure. */
export function answerOf(result: unknown): { texts: string[]; failed: boolean; other: string } {
  const root = isObject(result) ? result : {}
  const content = Array.isArray(root.content) ? root.content.filter(isObject) : []
  const texts = content.flatMap((part) => (typeof part.text === 'string' ? [pretty(part.text)] : []))
  const rest = content.filter((part) => typeof part.text !== 'string')
  const other = content.length === 0 || rest.length > 0 ? JSON.stringify(content.length === 0 ? result : rest, null, 2) : ''
  return { texts, failed: root.isError === true, other: other.slice(0, 4_000) }
}

// Devices answer with JSON in a text.
function pretty(text: string): string {
  if (!/^\s*[[{]/.test(text)) {
    return text
  }
  try {
    return JSON.stringify(JSON.parse(text), null, 2)
  } catch {
    return text
  }
}
