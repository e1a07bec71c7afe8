import { i18n, ofServer } from '@/i18n'
import type { Happened } from '@/lib/rollout'

/** An event's details besides its name, in a few words. */
export function details(event: Happened): string[] {
  const { t } = i18n.global
  const { data } = event
  const text = (name: string): string => {
    const value = data[name]
    return typeof value === 'string' ? value : ''
  }
  const lines: string[] = []
  const said = text(ofServer())
  if (said) {
    lines.push(said)
  }
  if (typeof data.stage === 'number') {
    lines.push(t('rollouts.timeline.stage', { n: data.stage }))
  }
  if (text('from') && text('version')) {
    lines.push(`${text('from')} → ${text('version')}`)
  }
  if (text('by')) {
    lines.push(t('rollouts.timeline.by', { name: text('by') }))
  }
  // For a rollout that was turned back, it names the new one.
  if (text('why') && event.type !== 'rollout_turned_back') {
    lines.push(t('rollouts.timeline.why', { why: text('why') }))
  }
  return lines
}

export function eventKind(type: string): 'success' | 'warning' | 'danger' | 'primary' {
  if (/halted|rolled_back|regressed|failed|lost/.test(type)) {
    return 'danger'
  }
  if (/paused|silent|quarantined|cancelled|turned_back/.test(type)) {
    return 'warning'
  }
  return /passed|confirmed|done/.test(type) ? 'success' : 'primary'
}
