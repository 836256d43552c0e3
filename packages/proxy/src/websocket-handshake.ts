/** What makes a request and its answer a WebSocket handshake (RFC 6455 §4). */

import { createHash } from 'node:crypto'
import { listTokens } from '@ingresskit/http-wire'
import type { HeaderList } from './request-head.ts'

const acceptGuid = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11' // RFC 6455 §1.3

/**
 * Whether the connection may be given to the backend if that agrees. Everything else that says `Upgrade` is an ordinary
 * request: h2c and unknown protocols would turn the rest of the connection into bytes nobody checks.
 */
export function isWebSocketHandshake(request: {
  readonly method: string
  readonly httpVersion: string
  readonly headers: HeaderList
}): boolean {
  const { headers } = request
  const upgrades = headers.getAll('upgrade')
  const keys = headers.getAll('sec-websocket-key')
  const lengths = headers.getAll('content-length')
  return (
    request.method === 'GET' &&
    request.httpVersion === '1.1' &&
    upgrades.length === 1 &&
    upgrades[0]?.trim().toLowerCase() === 'websocket' &&
    listTokens(headers.getAll('connection')).includes('upgrade') &&
    keys.length === 1 &&
    /^[A-Za-z0-9+/]{22}==$/.test(keys[0]?.trim() ?? '') &&
    headers.get('sec-websocket-version')?.trim() === '13' &&
    !headers.has('transfer-encoding') &&
    lengths.every(length => length === '0')
  )
}

/** Whether a 101 answers the handshake with this key: `Upgrade`, `Connection` and the digest of RFC 6455 §4.2.2 are right. */
export function isWebSocketAcceptance(answer: HeaderList, key: string): boolean {
  const digest = createHash('sha1')
    .update(key.trim() + acceptGuid)
    .digest('base64')
  return (
    answer.get('sec-websocket-accept')?.trim() === digest &&
    answer.get('upgrade')?.trim().toLowerCase() === 'websocket' &&
    listTokens(answer.getAll('connection')).includes('upgrade') &&
    !answer.has('transfer-encoding')
  )
}
