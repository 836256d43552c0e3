/** Gives a client's connection to the backend that accepted its WebSocket handshake, and to no other. */

import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import { FieldList } from '@ingresskit/http-wire'
import type { AddedFields } from './added-fields.ts'
import type { RequestHead } from './request-head.ts'
import { switchingHead } from './response-head.ts'
import { openTunnel, type Tunnel } from './tunnel.ts'
import { isWebSocketAcceptance } from './websocket-handshake.ts'

export interface UpgradeAnswer {
  /** The 101. */
  readonly message: IncomingMessage
  readonly socket: Socket
  /** Bytes that came after it. */
  readonly bytes: Buffer
}

export interface SwitchOptions {
  readonly answer: UpgradeAnswer
  readonly head: RequestHead
  readonly added: AddedFields
  /** Takes the client's connection from node:http; `head` are bytes the client sent early. */
  readonly takeSocket: (() => { readonly socket: Socket; readonly head: Buffer }) | undefined
  readonly idleTimeoutMs: number
  readonly onClose: () => void
}

/** Opens the tunnel. `undefined`, and the backend's connection destroyed, when the 101 answers no handshake of this request. */
export function switchProtocols(options: SwitchOptions): Tunnel | undefined {
  const { answer, head, takeSocket } = options
  const headers = new FieldList(answer.message.rawHeaders)
  const key = head.upgrade === undefined ? undefined : head.headers.get('sec-websocket-key')
  const isAccepted = takeSocket !== undefined && key !== undefined && isWebSocketAcceptance(headers, key)
  const text = isAccepted ? switchingHead(headers, options.added) : undefined
  if (text === undefined || takeSocket === undefined) {
    answer.socket.destroy()
    return undefined
  }
  const client = takeSocket()
  if (client.head.length > 0) client.socket.unshift(client.head)
  if (answer.bytes.length > 0) answer.socket.unshift(answer.bytes)
  client.socket.write(text, 'latin1')
  return openTunnel({
    client: client.socket,
    upstream: answer.socket,
    idleTimeoutMs: options.idleTimeoutMs,
    onClose: options.onClose,
  })
}
