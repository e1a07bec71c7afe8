import type { Build, Scheme } from '@/lib/build'

/** What people add to a build, as form values. */
export interface BuildForm {
  boards: { name: string; aliases: string }[]
  scheme: Scheme
  floors: string
  channel: string
  notes: string
  needsPsram: boolean
}

/** The body of `PATCH /v1/builds/{id}`; absent fields are left unchanged. */
export interface Additions {
  boards?: { name: string; aliases: string[] }[]
  scheme?: Scheme
  floors?: string[]
  channel?: string
  notes?: string
  needsPsram?: boolean
}

export function formOf(build: Build): BuildForm {
  return {
    boards: build.boards.map(({ name, aliases }) => ({ name, aliases: aliases.join(', ') })),
    scheme: build.scheme,
    floors: build.floors.join(', '),
    channel: build.channel,
    notes: build.notes,
    needsPsram: build.needsPsram,
  }
}

/** Names separated by commas or spaces, which no name contains. */
export function names(text: string): string[] {
  return [...new Set(text.split(/[\s,，、;；]+/).filter((each) => each))]
}

export function additions(form: BuildForm): Required<Additions> {
  return {
    boards: form.boards
      .map(({ name, aliases }) => ({ name: name.trim(), aliases: names(aliases) }))
      .filter((board) => board.name || board.aliases.length > 0),
    scheme: form.scheme,
    floors: names(form.floors),
    channel: form.channel.trim(),
    notes: form.notes,
    needsPsram: form.needsPsram,
  }
}

/**
 * Only what differs from the build: while a rollout uses it, the server refuses any change to
 * which devices may have it, but not to its notes.
 */
export function changes(form: BuildForm, build: Build): Additions {
  const before = additions(formOf(build))
  const after = additions(form)
  const changed = Object.entries(after).filter(
    ([name, value]) => JSON.stringify(value) !== JSON.stringify(before[name as keyof Additions]),
  )
  return Object.fromEntries(changed) as Additions
}

/** With an additional board, unless it is already there under any name. */
export function withBoard(form: BuildForm, name: string): BuildForm['boards'] {
  const same = (each: string): boolean => each.toLowerCase() === name.toLowerCase()
  const there = form.boards.some(
    (board) => same(board.name.trim()) || names(board.aliases).some(same),
  )
  const filled = form.boards.filter((board) => board.name.trim() || board.aliases.trim())
  return there ? form.boards : [...filled, { name, aliases: '' }]
}
