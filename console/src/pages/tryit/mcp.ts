/** The state that a device's MCP tools change. */
export interface Knobs {
  volume: number
  brightness: number
  theme: string
}

interface Argument {
  name: string
  type: 'integer' | 'string'
}

interface Tool {
  name: string
  description: string
  /** For people, not for a language model. */
  userOnly?: boolean
  takes: Argument[]
}

const TOOLS: Tool[] = [
  { name: 'self.get_device_status', description: 'Provides the real-time information of the device: speaker, screen, network.', takes: [] },
  { name: 'self.audio_speaker.set_volume', description: 'Set the volume of the audio speaker.', takes: [{ name: 'volume', type: 'integer' }] },
  { name: 'self.screen.set_brightness', description: 'Set the brightness of the screen.', takes: [{ name: 'brightness', type: 'integer' }] },
  { name: 'self.screen.set_theme', description: 'Set the theme of the screen: `light` or `dark`.', takes: [{ name: 'theme', type: 'string' }] },
  { name: 'self.get_system_info', description: 'Get the system information', userOnly: true, takes: [] },
  { name: 'self.reboot', description: 'Reboot the system', userOnly: true, takes: [] },
]

export interface About {
  board: string
  version: string
  /** The result of `self.get_system_info`: the body of a check-in. */
  info: () => string
}

export type Outcome = { reply: object } | 'silence' | 'reboot'

type Fields = Record<string, unknown>

const fields = (value: unknown): Fields | null =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : null

/**
 * Answers well-formed requests and ignores anything else, as firmware does (device-contract 9.6).
 */
export function answer(payload: unknown, knobs: Knobs, about: About): Outcome {
  const call = fields(payload)
  const method = call?.method
  const id = call?.id
  if (!call || call.jsonrpc !== '2.0' || typeof method !== 'string' || method.startsWith('notifications')) {
    return 'silence'
  }
  if (typeof id !== 'number' || (call.params !== undefined && !fields(call.params))) {
    return 'silence'
  }
  const params = fields(call.params) ?? {}
  const result = (value: object): Outcome => ({ reply: { jsonrpc: '2.0', id, result: value } })
  const error = (message: string): Outcome => ({ reply: { jsonrpc: '2.0', id, error: { message } } })
  const text = (value: string): Outcome => result({ content: [{ type: 'text', text: value }], isError: false })
  switch (method) {
    case 'initialize':
      return result({
        protocolVersion: '2024-11-05',
        capabilities: { tools: {} },
        serverInfo: { name: about.board, version: about.version },
      })
    case 'tools/list':
      return result({ tools: TOOLS.filter((tool) => !tool.userOnly || params.withUserTools === true).map(described) })
    case 'tools/call':
      return run()
    default:
      return error(`Method not implemented: ${method}`)
  }

  function run(): Outcome {
    const tool = TOOLS.find((each) => each.name === params.name)
    if (!tool) {
      return error(`Unknown tool: ${String(params.name)}`)
    }
    const given = fields(params.arguments) ?? {}
    for (const argument of tool.takes) {
      const value = given[argument.name]
      if (typeof value !== (argument.type === 'integer' ? 'number' : 'string')) {
        return error(`Missing valid argument: ${argument.name}`)
      }
      if (typeof value === 'number' && (value < 0 || value > 100)) {
        return error(value < 0 ? 'Value is below minimum allowed: 0' : 'Value exceeds maximum allowed: 100')
      }
    }
    switch (tool.name) {
      case 'self.get_device_status':
        return text(
          JSON.stringify({
            audio_speaker: { volume: knobs.volume },
            screen: { brightness: knobs.brightness, theme: knobs.theme },
            network: { type: 'wifi', ssid: 'MyWiFi', signal: 'strong' },
          }),
        )
      case 'self.audio_speaker.set_volume':
        knobs.volume = given.volume as number
        break
      case 'self.screen.set_brightness':
        knobs.brightness = given.brightness as number
        break
      case 'self.screen.set_theme':
        knobs.theme = given.theme as string
        break
      case 'self.get_system_info':
        return text(about.info())
      case 'self.reboot':
        // It restarts and never answers.
        return 'reboot'
    }
    return text('true')
  }
}

function described(tool: Tool): object {
  const properties = Object.fromEntries(
    tool.takes.map(({ name, type }) => [name, type === 'integer' ? { type, minimum: 0, maximum: 100 } : { type }]),
  )
  const required = tool.takes.map((each) => each.name)
  return {
    name: tool.name,
    description: tool.description,
    inputSchema: { type: 'object', properties, ...(required.length > 0 ? { required } : {}) },
  }
}
