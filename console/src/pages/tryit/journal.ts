import { reactive } from 'vue'

export type Way = 'up' | 'down' | 'note'

/** One row of the log: a text, a note, or a run of sound in one direction. */
export interface Row {
  id: number
  at: number
  way: Way
  /** The message's type, `audio`, or a note's name. */
  kind: string
  text: string
  /** Size of each sound frame in it, in bytes. */
  sizes: number[]
}

const MOST_ROWS = 400
const MOST_TEXT = 4_000
const MOST_RUN = 200

/**
 * All frames of a session, bounded: the oldest rows are dropped. While paused, frames are only
 * counted.
 */
export class Journal {
  readonly rows = reactive<Row[]>([])
  readonly state = reactive({ paused: false, missed: 0, frames: 0, dropped: 0 })
  private next = 1

  constructor(private readonly now: () => number = Date.now) {}

  text(way: Way, kind: string, text: string): void {
    const clipped = text.length > MOST_TEXT ? `${text.slice(0, MOST_TEXT)} … (${text.length})` : text
    this.add({ id: 0, at: this.now(), way, kind, text: clipped, sizes: [] })
  }

  audio(way: Way, size: number): void {
    const last = this.rows.at(-1)
    if (!this.state.paused && last?.kind === 'audio' && last.way === way && last.sizes.length < MOST_RUN) {
      this.state.frames++
      last.sizes.push(size)
      return
    }
    this.add({ id: 0, at: this.now(), way, kind: 'audio', text: '', sizes: [size] })
  }

  private add(row: Row): void {
    if (row.way !== 'note') {
      this.state.frames++
    }
    if (this.state.paused) {
      this.state.missed++
      return
    }
    this.rows.push({ ...row, id: this.next++ })
    if (this.rows.length > MOST_ROWS) {
      this.state.dropped += this.rows.length - MOST_ROWS
      this.rows.splice(0, this.rows.length - MOST_ROWS)
    }
  }

  pause(on: boolean): void {
    this.state.paused = on
    this.state.missed = 0
  }

  clear(): void {
    this.rows.splice(0)
    Object.assign(this.state, { missed: 0, frames: 0, dropped: 0 })
  }
}
