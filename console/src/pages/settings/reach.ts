import caddy from '../../../../docs/proxy/Caddyfile?raw'
import haproxy from '../../../../docs/proxy/haproxy.cfg?raw'
import nginx from '../../../../docs/proxy/nginx.conf?raw'
import { onlyHere } from '@/lib/address'
import type { Schema } from '@/lib/schema'

/** The answer of /v1/system/reach. */
export type Reach = Schema<'Reach'>

/** The URLs that a device is given, as the names of texts; null where it is given none. */
export const urls = (reach: Reach): ['ota' | 'activate' | 'websocket' | 'mqtt' | 'firmware', string | null][] => {
  const { ota, activate, websocket, mqtt, firmware } = reach.devices
  return [
    ['ota', ota],
    ['activate', activate],
    mqtt === null ? ['websocket', websocket] : ['mqtt', mqtt],
    ['firmware', firmware],
  ]
}

/** The OTA address to enter into a device: one of this machine’s if the one in use means only itself. */
export const otaOf = (reach: Reach): string | null =>
  reach.devices.ota !== null && onlyHere(reach.devices.ota) ? (reach.lan?.[0]?.ota ?? null) : reach.devices.ota

/** The configurations of the documentation, for the server’s own name if people use one by HTTPS. */
export function configurations(origin: string): [string, string][] {
  const { protocol, hostname } = new URL(origin)
  const named = protocol === 'https:' && /[a-z]/i.test(hostname) && !onlyHere(origin)
  const own = (text: string): string => (named ? text.replaceAll('voice.example.com', hostname) : text)
  return [
    ['nginx', own(nginx)],
    ['HAProxy', own(haproxy)],
    ['Caddy', own(caddy)],
  ]
}
