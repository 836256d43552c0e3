/** A node:http or node:https server set up so that a client can hold nothing for ever. */

import { createServer, Server, type IncomingMessage, type ServerOptions } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { Socket } from 'node:net'
import type { ListenerOptions, ProxyLimits } from './data-plane.ts'
import { followDefaultIdentity, tlsServerSettings } from './tls-server-settings.ts'

export interface NodeHttpServerOptions {
  readonly listener: ListenerOptions
  readonly limits: ProxyLimits
  readonly shouldUpgrade: (request: IncomingMessage) => boolean
}

/** Makes it; `release` undoes what was registered for it. */
export function nodeHttpServer(options: NodeHttpServerOptions): {
  readonly server: Server
  readonly release: () => void
} {
  const { limits, listener, shouldUpgrade } = options
  const http: ServerOptions = {
    maxHeaderSize: limits.maxHeaderBytes,
    headersTimeout: limits.headersTimeoutMs,
    requestTimeout: 0, // long uploads are fine; silence in the middle of one is watched by the exchange
    keepAliveTimeout: limits.keepAliveTimeoutMs,
    connectionsCheckingInterval: Math.min(1000, Math.max(20, Math.floor(limits.headersTimeoutMs / 4))),
    insecureHTTPParser: false,
    requireHostHeader: false, // refused by the pipeline, which also reports it
    noDelay: true,
    shouldUpgradeCallback: shouldUpgrade,
  }
  const { tls } = listener
  if (tls === undefined) return { server: bounded(createServer(http), limits), release: () => {} }
  const secured = { ...listener, tls }
  const server = createTlsServer({ ...http, ...tlsServerSettings(secured, limits) })
  return { server: bounded(server, limits), release: followDefaultIdentity(server, secured) }
}

/** The sockets of a server that speak HTTP, as they become ready. */
export function onReadySocket(server: Server, action: (socket: Socket) => void): void {
  server.on(server instanceof Server ? 'connection' : 'secureConnection', action)
}

function bounded<S extends Server>(server: S, limits: ProxyLimits): S {
  // With a limit node:http silently drops further fields, after the parser has acted on them; the pipeline answers 431 instead.
  server.maxHeadersCount = 0
  server.maxConnections = limits.maxConnections
  return server
}
