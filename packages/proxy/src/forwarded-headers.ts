/** What backends are told about the client. */

import { parseAuthority } from '@ingresskit/http-wire'
import type { AcceptedRequest } from './inbound-head.ts'

/** Gives the forwarding fields of a request to `add`, for the outgoing head. What a trusted proxy said is extended or kept, else made anew. */
export function addForwardedHeaders(request: AcceptedRequest, add: (name: string, value: string) => void): void {
  const { head, peer } = request
  if (peer.isTrusted) return addExtended(request, add)
  add('X-Forwarded-For', peer.address)
  add('X-Forwarded-Proto', head.scheme)
  add('X-Forwarded-Host', head.authority)
  add('X-Forwarded-Port', ownPort(request))
  addIdentity(request, add)
}

function addExtended(request: AcceptedRequest, add: (name: string, value: string) => void): void {
  const { head, peer } = request
  const chain = head.headers.getAll('x-forwarded-for').join(', ')
  const host = head.headers.get('x-forwarded-host')?.trim()
  const port = head.headers.get('x-forwarded-port')?.trim()
  add('X-Forwarded-For', chain.trim() === '' ? peer.address : `${chain}, ${peer.address}`)
  add('X-Forwarded-Proto', head.scheme)
  add('X-Forwarded-Host', host !== undefined && parseAuthority(host) !== undefined ? host : head.authority)
  add('X-Forwarded-Port', port !== undefined && /^[0-9]{1,5}$/.test(port) ? port : ownPort(request))
  addIdentity(request, add)
}

function addIdentity({ head }: AcceptedRequest, add: (name: string, value: string) => void): void {
  add('X-Real-IP', head.clientAddress)
  add('X-Request-ID', head.requestId)
}

function ownPort({ head, port }: AcceptedRequest): string {
  return port === undefined ? (head.scheme === 'https' ? '443' : '80') : String(port)
}
