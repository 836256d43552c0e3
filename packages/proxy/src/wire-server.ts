/** A net or tls server whose connections the wire engine takes over. */

import { createServer, type Server, type Socket } from 'node:net'
import { createServer as createTlsServer, type TLSSocket } from 'node:tls'
import type { ListenerOptions, ProxyLimits } from './data-plane.ts'
import type { PreparedServer } from './open-listener.ts'
import { followDefaultIdentity, tlsServerSettings } from './tls-server-settings.ts'

export interface WireServerEvents {
  /** A connection of a plain listener, paused. */
  plain(socket: Socket): void
  /** A connection of a TLS listener, before its handshake; returns whether it may go on. */
  accepted(socket: Socket): boolean
  /** Its handshake is done. */
  secured(socket: TLSSocket): void
}

/** Makes it. Clients may close their side first; our answers go out all the same. */
export function wireServer(listener: ListenerOptions, limits: ProxyLimits, events: WireServerEvents): PreparedServer {
  const { tls } = listener
  if (tls === undefined) {
    const options = { allowHalfOpen: true, noDelay: true, pauseOnConnect: true }
    const server = createServer(options, socket => events.plain(socket))
    return { server, release: () => {} }
  }
  const secured = { ...listener, tls }
  const server = createTlsServer({ noDelay: true, ...tlsServerSettings(secured, limits) })
  ;(server as Server).prependListener('connection', socket => {
    if (!events.accepted(socket)) socket.destroy()
  })
  server.on('secureConnection', socket => {
    // Not before: a client that leaves in the middle of its handshake has nothing to wait for.
    socket.allowHalfOpen = true
    events.secured(socket)
  })
  server.on('tlsClientError', (_error, socket) => socket.destroy())
  return { server, release: followDefaultIdentity(server, secured) }
}
