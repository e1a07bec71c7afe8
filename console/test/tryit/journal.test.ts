import { describe, expect, it } from 'vitest'
import { Journal } from '@/pages/tryit/journal'

describe('the log of frames', () => {
  it('groups audio of one direction and counts each frame', () => {
    const journal = new Journal()
    journal.text('up', 'hello', '{}')
    journal.audio('up', 60)
    journal.audio('up', 70)
    journal.audio('down', 80)
    journal.text('note', 'closed', '1000')
    expect(journal.rows.map((row) => [row.way, row.kind, row.sizes])).toEqual([
      ['up', 'hello', []], ['up', 'audio', [60, 70]], ['down', 'audio', [80]], ['note', 'closed', []],
    ])
    expect(journal.state.frames).toBe(4)
  })

  it('keeps only the newest rows', () => {
    const journal = new Journal()
    for (let i = 0; i < 1_000; i++) {
      journal.text('down', 'tts', String(i))
    }
    expect(journal.rows).toHaveLength(400)
    expect(journal.rows.at(-1)?.text).toBe('999')
    expect(journal.state.dropped).toBe(600)
    for (let i = 0; i < 1_000; i++) {
      journal.audio('up', 1)
    }
    expect(journal.rows.every((row) => row.sizes.length <= 200)).toBe(true)
    journal.text('up', 'mcp', 'x'.repeat(100_000))
    expect(journal.rows.at(-1)?.text.length).toBeLessThan(4_100)
  })

  it('counts frames that arrive while it is paused, and can be cleared', () => {
    const journal = new Journal()
    journal.audio('up', 1)
    journal.pause(true)
    journal.audio('up', 1)
    journal.text('down', 'stt', '')
    expect(journal.rows).toHaveLength(1)
    expect(journal.state).toMatchObject({ missed: 2, frames: 3 })
    journal.pause(false)
    journal.text('down', 'stt', '')
    expect(journal.rows).toHaveLength(2)
    journal.clear()
    expect(journal.rows).toHaveLength(0)
    expect(journal.state.frames).toBe(0)
  })
})
