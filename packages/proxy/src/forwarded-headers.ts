/** What backends are told about the client. */

import { parseAuthority } from './authority.ts'
import type { AcceptedRequest } from './inbound-head.ts'

/** The fields set here, in lower case: what arrived under these names is replaced. */
export const forwardedNames: ReadonlySet<string> = new Set([
  'x-forwarded-for',
  'x-forwarded-proto',
  'x-forwarded-host',
  'x-forwarded-port',
  'x-real-ip',
  'x-request-id',
])

/** The forwarding fields of a request, for the outgoing head. What a trusted proxy said is extended or kept, else made anew. */
export function forwardedHeaders(request: AcceptedRequest): readonly (readonly [name: string, value: string])[] {
  const { head, peerAddress, peerIsTrusted } = request
  const said = (name: string): string | undefined => (peerIsTrusted ? head.headers.get(name)?.trim() : undefined)
  const chain = peerIsTrusted ? head.headers.getAll('x-forwarded-for').join(', ') : ''
  const host = said('x-forwarded-host')
  const port = said('x-forwarded-port')
  return [
    ['X-Forwarded-For', chain.trim() === '' ? peerAddress : `${chain}, ${peerAddress}`],
    ['X-Forwarded-Proto', head.scheme],
    ['X-Forwarded-Host', host !== undefined && parseAuthority(host) !== undefined ? host : head.authority],
    ['X-Forwarded-Port', port !== undefined && /^[0-9]{1,5}$/.test(port) ? port : ownPort(request)],
    ['X-Real-IP', head.clientAddress],
    ['X-Request-ID', head.requestId],
  ]
}

function ownPort({ head }: AcceptedRequest): string {
  const port = parseAuthority(head.authority)?.port
  return port === undefined ? (head.scheme === 'https' ? '443' : '80') : String(port)
}
