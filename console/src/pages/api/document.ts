import { at } from '@/lib/base'
import { ofServer } from '@/i18n'
import { ApiError, read } from '@/lib/api'

/** The part of OpenAPI 3.1 and JSON Schema that the server's document uses. */
export interface Schema {
  $ref?: string
  type?: string | string[]
  description?: string
  properties?: Record<string, Schema>
  required?: string[]
  items?: Schema
  anyOf?: Schema[]
  oneOf?: Schema[]
  allOf?: Schema[]
  enum?: unknown[]
  const?: unknown
  default?: unknown
  format?: string
  pattern?: string
  minLength?: number
  maxLength?: number
  minimum?: number
  maximum?: number
  minItems?: number
  maxItems?: number
}

export interface Parameter {
  name: string
  in: 'path' | 'query' | 'header' | 'cookie'
  required?: boolean
  description?: string
  schema?: Schema
  example?: unknown
}

export interface Content {
  [type: string]: { schema?: Schema; example?: unknown }
}

export interface Answer {
  description: string
  content?: Content
}

interface Ref {
  $ref: string
  description?: string
}

interface RawOperation {
  operationId: string
  tags: string[]
  summary: string
  description?: string
  security?: Record<string, string[]>[]
  /** What the call needs, beyond a login of anybody: absent for calls that are open or a device's. */
  'x-scope'?: Scope
  parameters?: (Parameter | Ref)[]
  requestBody?: { required?: boolean; content: Content }
  responses: Record<string, Answer | Ref>
}

/** What a call needs: a login, or an API key with this scope. */
export type Scope = 'read' | 'devices' | 'firmware' | 'all' | 'login'

export interface RawDocument {
  info: { version: string; description: string }
  tags: { name: string; 'x-title': string; description: string }[]
  paths: Record<string, Record<string, RawOperation> | Ref>
  security: Record<string, string[]>[]
  components: Record<string, Record<string, unknown>>
}

export interface Operation {
  id: string
  area: string
  method: string
  path: string
  summary: string
  description: string
  /** Who may call it. */
  access: 'open' | 'device' | Scope
  parameters: Parameter[]
  body: { required: boolean; content: Content } | null
  answers: { status: string; answer: Answer }[]
}

/** A line of a schema: a field, or the type of the whole. */
export interface Row {
  depth: number
  name: string
  type: string
  required: boolean
  description: string
}

const PARTED = ' · '
const DEEPEST = 8

/** The part of a bilingual text in the reader's language. */
export function half(text: string | undefined, wanted: 'zh' | 'en' = ofServer()): string {
  const [zh = '', en = zh] = (text ?? '').split(PARTED)
  return wanted === 'zh' ? zh : en
}

export class ApiDocument {
  readonly operations: Operation[]

  constructor(readonly raw: RawDocument) {
    this.operations = Object.entries(raw.paths).flatMap(([path, item]) =>
      // An alternative spelling of a path is mentioned in the description of the first.
      '$ref' in item ? [] : this.ofPath(path, item as Record<string, RawOperation>),
    )
  }

  private ofPath(path: string, item: Record<string, RawOperation>): Operation[] {
    return Object.entries(item).map(([method, each]) => ({
      id: each.operationId,
      area: each.tags[0] ?? '',
      method: method.toUpperCase(),
      path,
      summary: each.summary,
      description: each.description ?? '',
      access: this.access(each),
      parameters: (each.parameters ?? []).map((one) => this.resolved(one) as Parameter),
      body: each.requestBody
        ? { required: each.requestBody.required ?? false, content: each.requestBody.content }
        : null,
      answers: Object.entries(each.responses).map(([status, one]) => ({
        status,
        answer: this.resolved(one) as Answer,
      })),
    }))
  }

  private access(operation: RawOperation): Operation['access'] {
    const ways = operation.security ?? this.raw.security
    if (ways.length === 0) {
      return 'open'
    }
    return ways.some((each) => 'device' in each)
      ? 'device'
      : (operation['x-scope'] ?? 'all')
  }

  /** Resolves a reference; its own description wins. */
  resolved(node: object): object {
    const ref = (node as Partial<Ref>).$ref
    if (!ref) {
      return node
    }
    const [, , kind = '', name = ''] = ref.split('/')
    const found = this.raw.components[kind]?.[name]
    const { $ref: _, ...own } = node as Ref
    return { ...(found as object), ...own }
  }

  /** Operations by area, in the document's order, whose text contains every word. */
  areas(search: string): { name: string; title: string; description: string; operations: Operation[] }[] {
    const words = search.toLowerCase().split(/\s+/).filter(Boolean)
    const fits = (each: Operation): boolean => {
      const text = `${each.method} ${each.path} ${each.id} ${each.summary}`.toLowerCase()
      return words.every((word) => text.includes(word))
    }
    return this.raw.tags
      .map((tag) => ({
        name: tag.name,
        title: tag['x-title'],
        description: tag.description,
        operations: this.operations.filter((each) => each.area === tag.name && fits(each)),
      }))
      .filter((area) => area.operations.length > 0)
  }

  /** A schema as lines, to be read from top to bottom. */
  rows(schema: Schema): Row[] {
    const rows: Row[] = []
    this.add(rows, '', schema, false, 0)
    // The whole has no name; it needs a line only if it has no fields.
    const [first, ...rest] = rows
    return first && rest.length > 0 && !first.description ? rest : rows
  }

  private add(rows: Row[], name: string, given: Schema, required: boolean, depth: number): void {
    const schema = this.flat(given)
    rows.push({
      depth: Math.max(0, depth - 1),
      name,
      type: this.typed(schema),
      required,
      description: schema.description ?? '',
    })
    if (depth >= DEEPEST) {
      return
    }
    for (const inner of this.insides(schema)) {
      for (const [field, each] of Object.entries(inner.properties ?? {})) {
        this.add(rows, field, each, inner.required?.includes(field) ?? false, depth + 1)
      }
    }
  }

  // An object's own fields, or those of a list's items or of alternatives.
  private insides(schema: Schema): Schema[] {
    if (schema.properties) {
      return [schema]
    }
    const parts = schema.items ? [schema.items] : (schema.anyOf ?? schema.oneOf ?? [])
    return parts.flatMap((each) => this.insides(this.flat(each)))
  }

  private flat(given: Schema): Schema {
    const { $ref, properties, ...own } = given
    if ($ref) {
      const whole = this.flat(this.resolved({ $ref }) as Schema)
      return { ...whole, ...own, properties: merged(whole.properties, properties) }
    }
    if (given.allOf) {
      return given.allOf
        .map((each) => this.flat(each))
        .reduce<Schema>(
          (all, each) => ({
            ...all,
            ...each,
            properties: merged(all.properties, each.properties),
            required: [...(all.required ?? []), ...(each.required ?? [])],
          }),
          { ...own, properties },
        )
    }
    return given
  }

  private typed(schema: Schema): string {
    if (schema.const !== undefined) {
      return JSON.stringify(schema.const)
    }
    if (schema.enum) {
      return schema.enum.map((each) => (typeof each === 'string' ? each : JSON.stringify(each))).join(' | ')
    }
    const some = schema.anyOf ?? schema.oneOf
    if (some) {
      return [...new Set(some.map((each) => this.typed(this.flat(each))))].join(' | ')
    }
    if (schema.items) {
      return `${this.typed(this.flat(schema.items))}[]${bounds(schema.minItems, schema.maxItems)}`
    }
    const type = [schema.type ?? 'any'].flat().join(' | ')
    const more = schema.format ? ` (${schema.format})` : ''
    return (
      type +
      more +
      bounds(schema.minimum, schema.maximum) +
      bounds(schema.minLength, schema.maxLength) +
      (schema.pattern ? ` ${schema.pattern}` : '')
    )
  }
}

function merged(
  one: Record<string, Schema> | undefined,
  other: Record<string, Schema> | undefined,
): Record<string, Schema> | undefined {
  return one || other ? { ...one, ...other } : undefined
}

function bounds(least: number | undefined, most: number | undefined): string {
  return least === undefined && most === undefined ? '' : ` ${least ?? ''}…${most ?? ''}`
}

/** A shell command that makes this call. */
export function curl(operation: Operation, origin: string): string {
  const value = (each: Parameter): string =>
    each.example === undefined ? `{${each.name}}` : encodeURIComponent(String(each.example))
  let path = operation.path
  const query: string[] = []
  const parts: string[] = operation.method === 'HEAD' ? ['-I'] : ['-X', operation.method]
  for (const each of operation.parameters) {
    if (each.in === 'path' && each.example !== undefined) {
      path = path.replace(`{${each.name}}`, value(each).replaceAll('%3A', ':'))
    } else if (each.in === 'query' && each.required) {
      query.push(`${each.name}=${value(each)}`)
    } else if (each.in === 'header' && each.required) {
      parts.push('-H', quoted(`${each.name}: ${String(each.example ?? '…')}`))
    }
  }
  if (operation.access !== 'open' && operation.access !== 'device') {
    parts.push('-H', '"Authorization: Bearer $TOKEN"')
  }
  const [type, content] = Object.entries(operation.body?.content ?? {})[0] ?? []
  if (type === 'multipart/form-data') {
    parts.push('-F', 'file=@firmware.bin')
  } else if (type && content?.example !== undefined) {
    const text = typeof content.example === 'string' ? content.example : JSON.stringify(content.example)
    parts.push('-H', quoted(`Content-Type: ${type}`), '-d', quoted(text))
  }
  const url = origin + path + (query.length > 0 ? `?${query.join('&')}` : '')
  return ['curl', ...parts, quoted(url)].join(' ')
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`
}

let known: Promise<ApiDocument> | null = null

/** The server's document, requested once. */
export function loadDocument(): Promise<ApiDocument> {
  known ??= fetchDocument().catch((e: unknown) => {
    known = null
    throw e
  })
  return known
}

async function fetchDocument(): Promise<ApiDocument> {
  const response = await fetch(at('/openapi.json'), { signal: AbortSignal.timeout(30_000) })
  const text = await response.text()
  if (!response.ok) {
    read(response.status, text)
    throw new ApiError(String(response.status), response.status)
  }
  return new ApiDocument(JSON.parse(text) as RawDocument)
}
