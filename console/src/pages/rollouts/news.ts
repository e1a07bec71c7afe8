import { calmly, onLive } from '@/lib/live'

/** Calls `load` after changes to this rollout, at a limited rate. */
export function onRollout(id: () => string, load: () => Promise<void>): void {
  const soon = calmly(() => void load(), 3_000)
  onLive('rollout', (news) => {
    if (!news || news.id === id()) {
      soon()
    }
  })
}
