import { ofServer } from '@/i18n'

/** An event's facts in one line: the server's sentence if there is one, otherwise the facts. */
export function factsOf(data: unknown): string {
  if (typeof data !== 'object' || data === null || Array.isArray(data)) {
    return ''
  }
  const facts = data as Record<string, unknown>
  const sentence = facts[ofServer()]
  const others = Object.entries(facts)
    .filter(([name]) => name !== 'zh' && name !== 'en')
    .map(([name, value]) => [name, shown(value)] as const)
    .filter(([, value]) => value)
    .map(([name, value]) => `${name}: ${value}`)
  return [typeof sentence === 'string' ? sentence : '', others.join(', ')].filter(Boolean).join(' · ')
}

function shown(value: unknown): string {
  return ['string', 'number', 'boolean'].includes(typeof value) ? String(value) : ''
}
