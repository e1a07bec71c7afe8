import { i18n } from '@/i18n'
import { deleteAgent, type Agent } from '@/lib/agent'
import { attempt, confirmed } from '@/lib/danger'
import { count } from '@/lib/format'

/** Asks, listing what is deleted with an agent and what stays, and deletes it. */
export async function removed(agent: Pick<Agent, 'id' | 'agentName' | 'deviceCount'>): Promise<boolean> {
  const { t } = i18n.global
  const consequence =
    agent.deviceCount > 0
      ? t('agents.delete.withDevices', { n: count(agent.deviceCount) }, agent.deviceCount)
      : t('agents.delete.without')
  const sure = await confirmed(t('agents.delete.title', { name: agent.agentName }), consequence, t('common.delete'))
  return sure && attempt(() => deleteAgent(agent.id), t('agents.delete.done'))
}
