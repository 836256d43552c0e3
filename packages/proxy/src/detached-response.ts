/** A response on a connection that node:http has let go of: after an upgrade request or CONNECT. */

import { ServerResponse, type IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'

export interface DetachedResponse {
  readonly response: ServerResponse
  /** Lets go of the connection in turn; the response must not have been used. */
  release(): void
}

/** Makes it. The connection closes when the response is finished. */
export function detachedResponse(request: IncomingMessage, socket: Socket): DetachedResponse {
  socket.on('error', () => {}) // node:http took its own listener away; `close` follows and is enough
  const response = new ServerResponse(request)
  response.shouldKeepAlive = false
  const onDrain = (): void => {
    response.emit('drain')
  }
  socket.on('drain', onDrain)
  response.assignSocket(socket)
  response.once('finish', () => socket.destroySoon())
  return {
    response,
    release: () => {
      socket.off('drain', onDrain)
      response.detachSocket(socket)
    },
  }
}
