import type { Build } from './image'

type Slot = 0 | 1
type State = 'undefined' | 'new' | 'trial' | 'valid' | 'aborted'

/** A device's persistent state: two slots and the boot data. */
export interface FlashMemory {
  slots: [Build | null, Build | null]
  states: [State, State]
  running: Slot
  next: Slot
}

export const flashed = (build: Build): FlashMemory => ({
  slots: [build, null],
  states: ['undefined', 'undefined'],
  running: 0,
  next: 0,
})

const other = (slot: Slot): Slot => (slot === 0 ? 1 : 0)

/** The running build. */
export function running(flash: FlashMemory): Build {
  const build = flash.slots[flash.running]
  if (!build) {
    throw new Error('runs an empty slot')
  }
  return build
}

export const onTrial = (flash: FlashMemory): boolean => flash.states[flash.running] === 'trial'

/**
 * Runs the bootloader: a new image starts on trial, and one that was not marked valid is rolled
 * back.
 */
export function start(flash: FlashMemory): 'same' | 'trial' | 'rolled-back' {
  if (onTrial(flash)) {
    flash.states[flash.running] = 'aborted'
    flash.running = other(flash.running)
    flash.next = flash.running
    return 'rolled-back'
  }
  if (flash.next === flash.running) {
    return 'same'
  }
  flash.running = flash.next
  flash.states[flash.running] = 'trial'
  return 'trial'
}

/** A verified image is in the other slot: it boots next. */
export function install(flash: FlashMemory, build: Build): void {
  const slot = other(flash.running)
  flash.slots[slot] = build
  flash.states[slot] = 'new'
  flash.next = slot
}

/** A check-in succeeded: this image stays. */
export function markValid(flash: FlashMemory): void {
  if (onTrial(flash)) {
    flash.states[flash.running] = 'valid'
  }
}
