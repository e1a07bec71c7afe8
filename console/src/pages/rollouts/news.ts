import { calmly, onLive } from '@/lib/live'

/** Calls `load` when something happened to this rollout, though not at every bit of it. */
export function onRollout(id: () => string, load: () => Promise<void>): void {
  const soon = calmly(() => void load(), 3_000)
  onLive('rollout', (news) => {
    if (!news || news.id === id()) {
      soon()
    }
  })
}
