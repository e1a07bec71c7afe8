import { flashed, type FlashMemory } from './flash'
import { parseMac, randomIdentity, type Identity } from './identity'
import { factory, preset, PRESETS, type Preset } from './presets'
import type { Endpoint } from './ota'

/** A device's persistent data. */
export interface Memory {
  preset: Preset['id']
  identity: Identity
  flash: FlashMemory
  /** Where sessions open, from the last reply. */
  endpoint: Endpoint | null
}

const KEPT = 'slipway.device'

export function fresh(id: Preset['id'] = 'wifi', version?: string, identity: Identity = randomIdentity()): Memory {
  const kind = preset(id)
  return {
    preset: kind.id,
    identity,
    flash: flashed(factory(kind, version ?? kind.versions[0] ?? '')),
    endpoint: null,
  }
}

/** The device that this browser last had, or a new one. */
export function load(storage: Storage = localStorage): Memory {
  try {
    const kept = JSON.parse(storage.getItem(KEPT) ?? '') as Memory
    const { mac, clientId, key } = kept.identity
    const known = PRESETS.some((each) => each.id === kept.preset)
    if (known && parseMac(mac) === mac && clientId && key && kept.flash.slots[kept.flash.running]) {
      return kept
    }
  } catch {
    // Stored by an older page, or nothing.
  }
  return fresh()
}

export function save(memory: Memory, storage: Storage = localStorage): void {
  try {
    storage.setItem(KEPT, JSON.stringify(memory))
  } catch {
    // Storage full or forbidden: the device lives only as long as the page.
  }
}
