/** Fields that belong to one connection and never travel on (RFC 9110 §7.6.1). */

import { listTokens } from './field-syntax.ts'
import type { HeaderList } from './request-head.ts'

const always = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'http2-settings',
])

// Naming one of these in Connection would let a sender take away what routing, framing or authentication rests on.
const neverNominated = new Set([
  'host',
  'cookie',
  'set-cookie',
  'authorization',
  'content-length',
  'content-type',
  'date',
])

/** Tells for one message which lower-case names stay on its connection, those named in Connection included. */
export function hopByHop(headers: HeaderList): (lowerName: string) => boolean {
  const nominated = headers.has('connection') ? new Set(listTokens(headers.getAll('connection'))) : undefined
  return name =>
    always.has(name) ||
    (nominated !== undefined && nominated.has(name) && !neverNominated.has(name) && !isForwardingField(name))
}

/** Fields by which proxies describe the client: ours to set, and a client's only through a trusted proxy. */
export function isForwardingField(lowerName: string): boolean {
  return (
    lowerName.startsWith('x-forwarded-') ||
    lowerName.startsWith('x-original-') ||
    lowerName === 'forwarded' ||
    lowerName === 'x-real-ip' ||
    lowerName === 'x-request-id'
  )
}
