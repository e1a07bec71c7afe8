import { describe, expect, it } from 'vitest'
import { answerOf, argumentsOf, fieldsOf, initial } from '@/pages/devices/toolForm'

const schema = {
  type: 'object',
  properties: {
    volume: { type: 'integer', minimum: 0, maximum: 100 },
    theme: { type: 'string', enum: ['light', 'dark'] },
    question: { type: 'string' },
    loud: { type: 'boolean', default: true },
    area: { type: 'object' },
  },
  required: ['volume', 'question'],
}

describe('a form of a tool', () => {
  it('has an input for each property', () => {
    const fields = fieldsOf(schema)
    expect(fields.map((each) => each.kind)).toEqual(['integer', 'choice', 'text', 'boolean', 'json'])
    expect(fields[0]).toMatchObject({ min: 0, max: 100, required: true })
    expect(initial(fields)).toEqual({ volume: undefined, theme: undefined, question: '', loud: true, area: '' })
  })

  it('builds arguments without empty fields', () => {
    const fields = fieldsOf(schema)
    const made = argumentsOf(fields, { ...initial(fields), volume: 30, area: '{"x":1}' })
    expect(made.faults).toEqual({})
    expect(made.arguments).toEqual({ volume: 30, question: '', loud: true, area: { x: 1 } })
  })

  it('reports errors', () => {
    const fields = fieldsOf(schema)
    const faults = (values: object): object => argumentsOf(fields, { ...initial(fields), ...values }).faults
    expect(faults({})).toEqual({ volume: 'required' })
    expect(faults({ volume: 101 })).toEqual({ volume: 'range' })
    expect(faults({ volume: 1.5 })).toEqual({ volume: 'whole' })
    expect(faults({ volume: 1, area: '{' })).toEqual({ area: 'json' })
  })

  it('tolerates invalid schemas', () => {
    expect(fieldsOf(null)).toEqual([])
    expect(fieldsOf({ properties: { x: null } })).toMatchObject([{ name: 'x', kind: 'json' }])
  })
})

describe('a tool’s result', () => {
  it('is shown as text, JSON in lines', () => {
    expect(answerOf({ content: [{ type: 'text', text: 'true' }], isError: false })).toEqual({
      texts: ['true'],
      failed: false,
      other: '',
    })
    expect(answerOf({ content: [{ type: 'text', text: '{"a":1}' }] }).texts).toEqual(['{\n  "a": 1\n}'])
    expect(answerOf({ content: [], isError: true }).failed).toBe(true)
    expect(answerOf({ content: [{ type: 'image', data: 'AAAA' }] }).other).toContain('image')
  })
})
