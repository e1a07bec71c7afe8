import type { Build } from './image'
import type { Identity } from './identity'

/** A kind of device, with its check-in, byte for byte as recorded from real ones. */
export interface Preset {
  id: 'wifi' | 'modem' | 'small' | 'raw' | 'oldest' | 'desktop' | 'sample'
  board: string
  /** As in `chip_model_name`; '' without a chip. */
  chip: '' | 'esp32s3' | 'esp32c3'
  versions: string[]
  /** Bytes of each of its two slots; 0 if nothing can be installed. */
  room: number
  /** How it waits for its activation (device-contract 4). */
  wait: 'activate' | 'desktop' | 'none'
}

const SLOT = 0x3f0000

export const PRESETS: Preset[] = [
  { id: 'wifi', board: 'bread-compact-wifi', chip: 'esp32s3', versions: ['2.4.2', '2.2.4', '2.0.3'], room: SLOT, wait: 'activate' },
  { id: 'modem', board: 'bread-compact-ml307', chip: 'esp32s3', versions: ['2.4.2', '2.2.4', '2.0.3'], room: SLOT, wait: 'activate' },
  { id: 'small', board: 'xmini-c3', chip: 'esp32c3', versions: ['2.4.2', '2.2.4', '2.0.3'], room: SLOT, wait: 'activate' },
  { id: 'raw', board: 'bread-compact-wifi', chip: 'esp32s3', versions: ['2.4.2'], room: SLOT, wait: 'activate' },
  { id: 'oldest', board: 'bread-compact-wifi', chip: 'esp32s3', versions: ['1.0.1'], room: 0, wait: 'none' },
  { id: 'desktop', board: 'py-xiaozhi', chip: '', versions: ['2.1.1'], room: 0, wait: 'desktop' },
  { id: 'sample', board: 'xiaoling-web-test', chip: '', versions: ['1.0.0'], room: 0, wait: 'activate' },
]

export function preset(id: string): Preset {
  return PRESETS.find((each) => each.id === id) ?? (PRESETS[0] as Preset)
}

/** The factory build. */
export function factory(kind: Preset, version: string): Build {
  const old = kind.id === 'oldest'
  const sample = kind.id === 'sample'
  // The real one for 2.4.2; a similar stand-in for others.
  const digit = version.replace(/\D/g, '').slice(-1) || '0'
  const elf =
    version === '2.4.2'
      ? 'c8a8ecb6d6fbcda682494d9675cd1ead240ecf38bdde75282a42365a0e396033'
      : old
        ? '1'.repeat(64)
        : digit.repeat(64)
  return {
    version,
    name: sample ? 'xiaoling-web-test' : 'xiaozhi',
    elf: sample ? '1234567890abcdef1234567890abcdef1234567890abcdef' : elf,
    compiled: old ? 'Jan 20 2025T10:00:00Z' : sample ? '2025-04-16 10:00:00' : 'Aug  6 2026T12:34:56Z',
    idf: old ? 'v5.3.2' : sample ? '4.4.3' : 'v6.0.1',
    behaviour: 'good',
  }
}

/** The label of the running slot. */
export function slotLabel(kind: Preset, running: 0 | 1): string {
  return kind.id === 'sample' ? 'xiaoling-web-test' : kind.room === 0 ? 'factory' : `ota_${running}`
}

const row = (label: string, type: number, subtype: number, address: number, size: number): string =>
  `{"label":"${label}","type":${type},"subtype":${subtype},"address":${address},"size":${size}}`

function table(kind: Preset): string {
  const rows = [row('nvs', 1, 2, 36864, 16384)]
  if (kind.room === 0) {
    rows.push(row('factory', 0, 0, 65536, 4128768))
  } else {
    rows.push(
      row('otadata', 1, 0, 53248, 8192),
      row('phy_init', 1, 1, 61440, 4096),
      row('ota_0', 0, 16, 131072, 4128768),
      row('ota_1', 0, 17, 4259840, 4128768),
      row('assets', 1, 130, 8388608, kind.chip === 'esp32c3' ? 4096000 : 8388608),
    )
  }
  return `"partition_table": [${rows.join(',')}],`
}

const chip = (kind: Preset): string =>
  kind.chip === 'esp32c3'
    ? '"chip_model_name":"esp32c3","chip_info":{"model":5,"cores":1,"revision":4,"features":18},'
    : '"chip_model_name":"esp32s3","chip_info":{"model":9,"cores":2,"revision":2,"features":18},'

const application = (build: Build): string =>
  `"application":{"name":"${build.name}","version":"${build.version}","compile_time":"${build.compiled}","idf_version":"${build.idf}","elf_sha256":"${build.elf}"},`

function boardOf(kind: Preset, mac: string): string {
  const name = `"type":"${kind.board}","name":"${kind.board}","manufacturer":""`
  switch (kind.id) {
    case 'modem':
      return `"board":{${name},"revision":"ML307R-DL-MBRH0S01","carrier":"CHINA MOBILE","csq":"24","imei":"867383058941234","iccid":"89860422168070012345","cereg":{"stat":1,"tac":"5006","ci":"0B3A12C1","AcT":7}}}`
    case 'raw':
      // Firmware doesn't escape a network's name: neither JSON nor UTF-8.
      return `"board":{${name},"ssid":"Bob's "home" \\ \u00c4\u00e3\u00ba\u00c3","rssi":-48,"channel":6,"ip":"192.168.1.23","mac":"${mac}"}}`
    case 'oldest':
      return `"board":{"type":"${kind.board}","ssid":"MyWiFi","rssi":-48,"channel":6,"ip":"192.168.1.24","mac":"${mac}"}}`
    default:
      return `"board":{${name},"ssid":"MyWiFi","rssi":-48,"channel":6,"ip":"192.168.1.23","mac":"${mac}"}}`
  }
}

/** The text of a check-in; each of its characters is one byte. */
export function checkInBody(kind: Preset, who: Identity, build: Build, running: 0 | 1): string {
  const slot = `"ota":{"label":"${slotLabel(kind, running)}"},`
  switch (kind.id) {
    case 'desktop':
      return `{"application":{"version":"${build.version}","elf_sha256":"${who.key}"},"board":{"type":"bread-compact-wifi","name":"py-xiaozhi","ip":"192.168.1.30","mac":"${who.mac}"}}`
    case 'sample':
      return (
        `{"version":0,"uuid":"",${application(build)}${slot}` +
        `"board":{"type":"${kind.board}","name":"${kind.board}","ssid":"xxxxxx","rssi":0,"channel":0,"ip":"192.168.1.1","mac":"${who.mac.toUpperCase()}"},` +
        `"flash_size":0,"minimum_free_heap_size":0,"mac_address":"${who.mac.toUpperCase()}","chip_model_name":"","chip_info":{"model":0,"cores":0,"revision":0,"features":0},` +
        `"partition_table":[{"label":"","type":0,"subtype":0,"address":0,"size":0}]}`
      )
    case 'oldest':
      return (
        `{"flash_size":16777216,"minimum_free_heap_size":8318916,"mac_address":"${who.mac}",` +
        chip(kind) + application(build) + table(kind) + slot + boardOf(kind, who.mac)
      )
    default:
      return (
        `{"version":2,"language":"zh-CN","flash_size":16777216,"minimum_free_heap_size":"8318916","mac_address":"${who.mac}","uuid":"${who.clientId}",` +
        chip(kind) + application(build) + table(kind) + slot +
        '"display":{"monochrome":true,"width":128,"height":32},' + boardOf(kind, who.mac)
      )
  }
}

/** The accompanying headers, in firmware's order; a browser adds its own User-Agent. */
export function headersOf(kind: Preset, who: Identity, activate: boolean): Record<string, string> {
  const version = kind.id === 'desktop' ? (activate ? '2' : '2.1.1') : '1'
  return {
    ...(kind.id === 'oldest' ? {} : { 'Accept-Language': 'zh-CN', 'Activation-Version': version, 'Client-Id': who.clientId }),
    'Content-Type': 'application/json',
    'Device-Id': kind.id === 'sample' ? who.mac.toUpperCase() : who.mac,
  }
}
