import { get } from '@/lib/api'

interface Said {
  zh: string
  en: string
}

export interface Reason extends Said {
  rollout?: string
  code: string
  detail: string
  /** Whether it passes by itself. */
  passes: boolean
}

interface BuildRef {
  id: string
  version: string
}

export interface Decision {
  decision: 'OFFER' | 'REPEAT' | 'NONE'
  rollout?: string
  build?: BuildRef
  force?: boolean
  stage?: number
  why?: Said & Partial<Reason>
  each?: Reason[]
}

export interface Answered {
  at: string
  offered: string | null
  why: Said
  each: Reason[]
}

export interface Attempt {
  rollout: string
  build: BuildRef
  stage: number
  state: string
  cause: Said & { code: string; rule: string }
  since: string | null
  counts: string
  offers: number
  force: boolean
  offeredAt: string | null
  downloadBeganAt: string | null
  downloadEndedAt: string | null
  bootedAt: string | null
  from: string
  running: string
  installFailures: number
  deliveryFailures: number
  quarantined: boolean
}

export interface Updates {
  explanation: { last: Answered | null; now: Decision } | null
  history: Attempt[]
}

export const getUpdates = (mac: string, signal?: AbortSignal): Promise<Updates> =>
  get<Updates>(`/v1/devices/${encodeURIComponent(mac)}/updates`, {}, signal)

/** States of an attempt as the API names them. */
export const STATES = [
  'ELIGIBLE',
  'OFFERED',
  'DOWNLOADING',
  'DOWNLOADED',
  'LAPSED',
  'BOOTED',
  'CONFIRMED',
  'DELIVERY_FAILED',
  'INSTALL_FAILED',
  'ROLLED_BACK',
  'REGRESSED',
  'FAILED',
  'SILENT',
  'LOST',
  'EXTERNAL',
  'SUPERSEDED',
] as const

/** How a state is to be seen at a glance. */
export function toneOf(state: string): 'success' | 'danger' | 'warning' | 'info' | 'primary' {
  switch (state) {
    case 'CONFIRMED':
      return 'success'
    case 'BOOTED':
    case 'OFFERED':
    case 'DOWNLOADING':
    case 'DOWNLOADED':
      return 'primary'
    case 'INSTALL_FAILED':
    case 'ROLLED_BACK':
    case 'REGRESSED':
    case 'FAILED':
    case 'LOST':
      return 'danger'
    case 'DELIVERY_FAILED':
    case 'SILENT':
      return 'warning'
    default:
      return 'info'
  }
}
