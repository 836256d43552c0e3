/** What is known of a client's TLS connection. */

import type { TLSSocket } from 'node:tls'
import type { TlsFacts } from './request-head.ts'

const factsOf = new WeakMap<TLSSocket, TlsFacts>()

/** Constant for a connection, and not free to ask for: kept with it. */
export function tlsFacts(socket: TLSSocket): TlsFacts {
  const known = factsOf.get(socket)
  if (known !== undefined) return known
  const { servername } = socket as { servername?: unknown }
  const facts: TlsFacts = {
    protocol: socket.getProtocol() ?? '',
    cipher: socket.getCipher().name,
    ...(typeof servername === 'string' ? { serverName: servername } : {}),
  }
  factsOf.set(socket, facts)
  return facts
}
