/** A build as `/v1/builds` shows it. */
export interface Build {
  id: string
  version: string
  elfSha256: string
  project: string
  chip: string
  minRevision: number
  maxRevision: number | null
  idfVersion: string
  compileTime: string
  size: number
  sha256: string
  hashAppended: boolean
  signature: 'NONE' | 'RSA_3072' | 'ECDSA_P256'
  /** Compiled-in OTA addresses. */
  addresses: string[]
  /** Whether one of them led to this server when it was uploaded. */
  leadsHome: boolean
  boards: Board[]
  scheme: Scheme
  floors: string[]
  notes: string
  channel: string
  needsPsram: boolean
  quarantine: { reason: string; by: string; at: string } | null
  sameVersion: string[]
  common: boolean
  mine: boolean
  editable: boolean
  createdAt: string
  updatedAt: string
}

export interface Board {
  name: string
  aliases: string[]
}

export type Scheme = 'V1' | 'V2' | 'ANY'

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
