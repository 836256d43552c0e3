// The port and the TCP connections of the fake API server: it can go away and come back at the same address.
import { once } from 'node:events'
import type { IncomingMessage, Server } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'

/** A server's port and connections. */
export interface FakeConnections {
  /** The same for ever once it listened. */
  port(): number
  /** Begins to listen, at first on a free port of the loopback address. */
  listen(): Promise<void>
  /** Stops to listen and resets every connection; harmless when it doesn't listen. */
  stop(): Promise<void>
  /** Closes (FIN) or resets (RST) every connection; answers how many. */
  cut(mode: 'fin' | 'reset'): number
  /** Resets the TCP connection of a request; its own socket may be a TLS socket, which can't be reset. */
  reset(incoming: IncomingMessage): void
  /** TCP connections accepted so far, and those that are open now. */
  counts(): { readonly accepted: number; readonly open: number }
}

/** Follows the connections of a server; `changed` is called when one came or went. */
export function fakeConnections(server: Server, changed: () => void): FakeConnections {
  /** By the client's port. */
  const sockets = new Map<number, Socket>()
  let accepted = 0
  let port = 0
  server.on('connection', (socket: Socket) => {
    const clientPort = socket.remotePort ?? 0
    accepted += 1
    sockets.set(clientPort, socket)
    socket.on('close', () => {
      if (sockets.get(clientPort) === socket) sockets.delete(clientPort)
      changed()
    })
    changed()
  })
  const cut = (mode: 'fin' | 'reset'): number => {
    const open = [...sockets.values()]
    for (const socket of open) {
      if (mode === 'fin') socket.end()
      else socket.resetAndDestroy()
    }
    return open.length
  }
  return {
    port: () => port,
    listen: async () => {
      const listening = once(server, 'listening')
      server.listen(port, '127.0.0.1')
      await listening
      port = (server.address() as AddressInfo).port
    },
    stop: async () => {
      if (!server.listening) return
      const closed = once(server, 'close')
      server.close()
      cut('reset')
      await closed
    },
    cut,
    reset: incoming => sockets.get(incoming.socket.remotePort ?? 0)?.resetAndDestroy(),
    counts: () => ({ accepted, open: sockets.size }),
  }
}
