/** How a build made for simulated devices behaves (`simulate --make-image --break`). */
export type Behaviour = 'good' | 'crash-before-valid' | 'crash-on-answer' | 'crash-after-valid' | 'hang'

const BEHAVIOURS: Behaviour[] = ['good', 'crash-before-valid', 'crash-on-answer', 'crash-after-valid', 'hang']

/** What a device reports that it runs. */
export interface Build {
  version: string
  name: string
  elf: string
  compiled: string
  idf: string
  behaviour: Behaviour
}

export type Flaw = 'size' | 'magic' | 'description' | 'chip'

/** The other slot refuses the image. */
export class BadImage extends Error {
  constructor(readonly flaw: Flaw) {
    super(flaw)
  }
}

const CHIPS: Record<string, number> = { esp32: 0, esp32s2: 2, esp32c3: 5, esp32s3: 9, esp32c6: 13, esp32p4: 18 }
const HEAD = 288
const MARKER = 'slipway-simulator '

export const MAGIC = 0xe9

/**
 * Parses an application image as firmware does when it installs one (device-contract 9.1).
 * @param chip of this device, as in `chip_model_name`
 * @param board of this device: a build may misbehave on one board only
 * @param room bytes of the slot
 */
export function readImage(bytes: Uint8Array, chip: string, board: string, room: number): Build {
  if (bytes.length > room || bytes.length < HEAD) {
    throw new BadImage('size')
  }
  if (bytes[0] !== MAGIC) {
    throw new BadImage('magic')
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (view.getUint32(32, true) !== 0xabcd5432) {
    throw new BadImage('description')
  }
  if (view.getUint16(12, true) !== CHIPS[chip]) {
    throw new BadImage('chip')
  }
  const hash = [...bytes.subarray(176, 208)]
  return {
    version: text(bytes, 48, 32),
    name: text(bytes, 80, 32),
    elf: hash.map((each) => each.toString(16).padStart(2, '0')).join(''),
    compiled: `${text(bytes, 128, 16)}T${text(bytes, 112, 16)}Z`,
    idf: text(bytes, 144, 32),
    behaviour: behaviour(bytes, board),
  }
}

function text(bytes: Uint8Array, at: number, most: number): string {
  const field = bytes.subarray(at, at + most)
  const end = field.indexOf(0)
  return new TextDecoder().decode(end < 0 ? field : field.subarray(0, end))
}

function behaviour(bytes: Uint8Array, board: string): Behaviour {
  const marker = text(bytes, HEAD, 256)
  if (!marker.startsWith(MARKER)) {
    return 'good'
  }
  const [label = '', only = ''] = marker.slice(MARKER.length).split(' ')
  const found = BEHAVIOURS.find((each) => each === label) ?? 'good'
  return only === '' || only === board ? found : 'good'
}
