import type { Schema } from './schema'

/** A build as `/v1/builds` shows it. */
export type Build = Schema<'Build'>

/** The answer to an upload; `extraction` is not part of the build. */
export type UploadedBuild = Schema<'UploadedBuild'>

export type Board = Schema<'Board'>

export type Scheme = Build['scheme']

export const SCHEMES: Scheme[] = ['V1', 'V2', 'ANY']

/** In the spelling of images. */
export const CHIPS = [
  'esp32',
  'esp32s2',
  'esp32s3',
  'esp32s31',
  'esp32c2',
  'esp32c3',
  'esp32c5',
  'esp32c6',
  'esp32c61',
  'esp32h2',
  'esp32h21',
  'esp32h4',
  'esp32p4',
]

/** A chip's revision as people write it: 3 is v0.3, 101 is v1.1. */
export function revision(units: number): string {
  return `v${Math.floor(units / 100)}.${units % 100}`
}

/** A build's boards in one line. */
export function boardNames(build: Build): string {
  return build.boards.map((board) => board.name).join(', ')
}
