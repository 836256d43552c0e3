/** A request at the backend, split into what the client said and what the proxy says in every request. */

import type { Transport } from './attack-surface.ts'
import type { SeenRequest } from './smuggling-case.ts'
import type { StrictRequest } from './strict-requests.ts'

const framingNames = new Set(['content-length', 'transfer-encoding'])
const proxyNames = new Set([
  'x-forwarded-for',
  'x-forwarded-proto',
  'x-forwarded-host',
  'x-forwarded-port',
  'x-real-ip',
  'x-request-id',
  'connection',
  'upgrade',
])

/** Every property filled in, for comparison. */
export type ComparedRequest = Readonly<Record<'line' | 'host' | 'framing' | 'body' | 'upgrade', string>> & {
  readonly fields: readonly string[]
}

/** The client's part, with every default filled in. */
export function asSeen({ method, target, fields, framing, body }: StrictRequest): ComparedRequest {
  const own = fields.filter(([name]) => {
    const lower = name.toLowerCase()
    return lower !== 'host' && !framingNames.has(lower) && !proxyNames.has(lower)
  })
  const host = fields.find(([name]) => name.toLowerCase() === 'host')?.[1] ?? ''
  const upgrades = fields.filter(([name]) => name.toLowerCase() === 'upgrade').map(([, value]) => value)
  return {
    line: `${method} ${target}`,
    host,
    fields: own.map(([name, value]) => `${name}: ${value}`),
    framing,
    body,
    upgrade: upgrades.join(', '),
  }
}

/** The same shape, of what a case expects. */
export function wanted({ line, host, fields, framing, body, upgrade }: SeenRequest): ComparedRequest {
  return {
    line,
    host: host ?? 'site.test',
    fields: fields ?? [],
    framing: framing ?? 'none',
    body: body ?? '',
    upgrade: upgrade ?? '',
  }
}

/** What is wrong in the proxy's part: each field is there once, with the only value it can have in these tests. */
export function proxyFieldFaults(request: StrictRequest, transport: Transport): readonly string[] {
  const { host, fields, upgrade } = asSeen(request)
  const port = /:([0-9]+)$/.exec(host)?.[1] ?? (transport === 'tls' ? '443' : '80')
  const expected: readonly (readonly [name: string, values: readonly string[]])[] = [
    ['x-forwarded-for', ['127.0.0.1']],
    ['x-forwarded-proto', [transport === 'tls' ? 'https' : 'http']],
    ['x-forwarded-host', [host]],
    ['x-forwarded-port', [port]],
    ['x-real-ip', ['127.0.0.1']],
    ['x-request-id', ['made-id']],
  ]
  const valuesOf = (wantedName: string): readonly string[] =>
    request.fields.filter(([name]) => name.toLowerCase() === wantedName).map(([, value]) => value)
  const faults = expected
    .filter(([name, values]) => JSON.stringify(valuesOf(name)) !== JSON.stringify(values))
    .map(([name]) => `${name}: ${JSON.stringify(valuesOf(name))}`)
  const takesTrailers = fields.some(field => /^te:/i.test(field))
  const allowed =
    upgrade !== '' ? ['upgrade'] : takesTrailers ? ['te', 'keep-alive, te', 'te, keep-alive'] : ['', 'keep-alive']
  const connection = valuesOf('connection').join(', ').toLowerCase()
  return allowed.includes(connection) ? faults : [...faults, `connection: ${connection}`]
}
