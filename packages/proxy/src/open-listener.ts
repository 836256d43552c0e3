/** One HTTP or HTTPS listener over node:http, set up so that a client can hold nothing for ever. */

import { constants } from 'node:crypto'
import { createServer, Server, type IncomingMessage, type ServerOptions } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { Server as NetServer, type AddressInfo, type Socket } from 'node:net'
import type { SecureContext, SecureContextOptions, TlsOptions } from 'node:tls'
import type { BoundListener, ListenerOptions, ProxyLimits, TlsListenerOptions } from './data-plane.ts'
import { ProxyError } from './proxy-error.ts'

export interface OpenListener {
  readonly server: Server
  readonly bound: BoundListener
  /** Accepts no more; connections that exist go on, idle ones too. Resolves when the port is free again. */
  stopAccepting(): Promise<void>
  /** Ends what is left of the listener when its connections are gone. */
  dispose(): void
}

export interface OpenListenerOptions {
  readonly listener: ListenerOptions
  readonly limits: ProxyLimits
  readonly shouldUpgrade: (request: IncomingMessage) => boolean
  /** Attaches the handlers before the first connection can arrive. */
  readonly prepare: (server: Server) => void
}

/** Opens it, or rejects with `listen-failed` naming the address. */
export async function openListener(options: OpenListenerOptions): Promise<OpenListener> {
  const { listener } = options
  const where = `listener "${listener.name}" on ${listener.host} port ${listener.port}`
  let server: Server
  let release = (): void => {}
  try {
    ;({ server, release } = createListener(options))
    options.prepare(server)
    await listen(server, listener)
  } catch (error) {
    release()
    throw new ProxyError(
      'listen-failed',
      `cannot open ${where}: ${error instanceof Error ? error.message : String(error)}`,
      { cause: error },
    )
  }
  server.on('error', () => {}) // accepting failed once, for lack of file descriptors as a rule; the next attempt may succeed
  const { address, port } = server.address() as AddressInfo
  return {
    server,
    bound: { name: listener.name, address, port },
    stopAccepting: () =>
      new Promise(resolve => {
        // Not `http.Server.close`, which resets idle keep-alive connections, and with them requests just under way.
        Reflect.apply(NetServer.prototype.close, server, [])
        resolve()
      }),
    dispose: () => {
      release()
      server.close()
    },
  }
}

function createListener(options: OpenListenerOptions): { server: Server; release: () => void } {
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
  const secured = tls === undefined ? undefined : secureServer(http, { ...listener, tls }, limits)
  const server = secured?.server ?? createServer(http)
  // With a limit node:http silently drops further fields, after the parser has acted on them; the pipeline answers 431 instead.
  server.maxHeadersCount = 0
  server.maxConnections = limits.maxConnections
  return { server, release: secured?.release ?? ((): void => {}) }
}

type TlsListener = ListenerOptions & { readonly tls: TlsListenerOptions }

function secureServer(
  http: ServerOptions,
  listener: TlsListener,
  limits: ProxyLimits,
): { server: Server; release: () => void } {
  const { tls } = listener
  const settings: TlsOptions = {
    handshakeTimeout: limits.tlsHandshakeTimeoutMs,
    ALPNProtocols: ['http/1.1'],
    SNICallback: (serverName, callback) => {
      let context: SecureContext | undefined
      try {
        context = tls.contextFor(serverName)
      } catch {
        context = undefined // the default identity; a throw here must not reach OpenSSL
      }
      callback(null, context)
    },
  }
  const server = createTlsServer({ ...http, ...settings, ...defaultContext(listener) })
  const release = tls.onDefaultChange(() => {
    try {
      server.setSecureContext(defaultContext(listener))
    } catch {
      // The last usable identity stays: a bad one must not end TLS for everybody. Its owner has reported it.
    }
  })
  return { server, release }
}

function defaultContext({ tls, tlsServerOptions }: TlsListener): SecureContextOptions {
  const { certificatePem, privateKeyPem } = tls.defaultIdentity
  return {
    cert: certificatePem,
    key: privateKeyPem,
    minVersion: 'TLSv1.2',
    ...tlsServerOptions,
    secureOptions: (tlsServerOptions?.secureOptions ?? 0) | constants.SSL_OP_NO_RENEGOTIATION,
  }
}

function listen(server: Server, { host, port }: ListenerOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host, port }, () => {
      server.off('error', reject)
      resolve()
    })
  })
}

/** The sockets of a listener that speak HTTP, as they become ready. */
export function onReadySocket(server: Server, action: (socket: Socket) => void): void {
  server.on(server instanceof Server ? 'connection' : 'secureConnection', action)
}
