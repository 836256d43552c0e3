/** The data plane over node:http and http-proxy-3. */

import { randomUUID } from 'node:crypto'
import { ServerResponse, type IncomingMessage, type Server } from 'node:http'
import type { Socket } from 'node:net'
import { TLSSocket } from 'node:tls'
import { FieldList } from '@ingresskit/http-wire'
import { ClientConnections } from './client-connections.ts'
import type { DataPlane, DataPlaneOptions } from './data-plane.ts'
import { defaultLimits } from './default-limits.ts'
import { detachedResponse } from './detached-response.ts'
import { drainSequence } from './drain-sequence.ts'
import type { ExchangeServices } from './exchange-services.ts'
import { Exchange, type ExchangeOptions } from './exchange.ts'
import { httpProxy3Engine } from './http-proxy-3-engine.ts'
import { listenerGroup } from './listener-group.ts'
import { nodeHttpServer, onReadySocket } from './node-http-server.ts'
import { peerOf } from './peer.ts'
import { parserRefusal, refuseConnection, type ParserError } from './refuse-connection.ts'
import { safeReporter } from './safe-reporter.ts'
import { tlsFacts } from './tls-facts.ts'
import { trustedPeers } from './trusted-peers.ts'
import { systemLookup } from './upstream-address.ts'
import { upstreamPools } from './upstream-pools.ts'
import { isWebSocketHandshake } from './websocket-handshake.ts'

/**
 * Makes a data plane that serves HTTP/1.1 with http-proxy-3 as its upstream engine. Nothing is opened before `listen`.
 *
 * Throws `ProxyError` with code `bad-option` when `trustedProxies` has an entry that is no address or range, or when the
 * environment sets `FORCE_FETCH_PATH=true`, which http-proxy-3 obeys.
 */
export function httpProxy3DataPlane(options: DataPlaneOptions): DataPlane {
  const connections = new ClientConnections()
  const limits = { ...defaultLimits, ...options.limits }
  const newRequestId = options.newRequestId ?? randomUUID
  const pools = upstreamPools({ idleTimeoutMs: limits.upstreamIdleTimeoutMs })
  const drain = drainSequence({
    connections,
    stopAccepting: async () => listeners.stopAccepting(),
    dispose: () => {
      listeners.dispose()
      pools.close()
    },
  })
  const services: ExchangeServices = {
    route: options.route,
    readHead: {
      canonicalPath: options.canonicalPath,
      trusts: trustedPeers(options.trustedProxies ?? []),
      newRequestId,
      maxHeaderCount: limits.maxHeaderCount,
    },
    engine: httpProxy3Engine(),
    pools,
    lookup: options.lookup ?? systemLookup,
    limits,
    isDraining: () => drain.closesConnections(),
    onRequest: safeReporter(options.onRequest),
  }

  const enter = (
    request: IncomingMessage,
    response: ServerResponse,
    takeSocket?: ExchangeOptions['takeSocket'],
  ): void => {
    const { socket } = request
    if (!connections.admits(socket)) return void request.on('error', () => {})
    const exchange: Exchange = new Exchange({
      request,
      response,
      inbound: {
        method: request.method ?? '',
        target: request.url ?? '',
        httpVersion: request.httpVersion,
        fields: new FieldList(request.rawHeaders),
        peer: peerOf(socket.remoteAddress, services.readHead.trusts),
        scheme: socket instanceof TLSSocket ? 'https' : 'http',
        ...(socket instanceof TLSSocket ? { tls: tlsFacts(socket) } : {}),
        ...(takeSocket === undefined ? {} : { upgrade: 'websocket' }),
      },
      services,
      onDone: () => connections.left(socket, exchange),
      ...(takeSocket === undefined ? {} : { takeSocket }),
    })
    connections.enter(socket, exchange)
  }

  const shouldUpgrade = (request: IncomingMessage): boolean =>
    connections.isFree(request.socket) && asksForWebSocket(request)

  /** node:http has let go of the connection while an answer is due on it: nothing can be sent in order any more. */
  const cutOff = (request: IncomingMessage, socket: Socket): void => {
    socket.on('error', () => {})
    enter(request, new ServerResponse(request))
    socket.destroy()
  }

  const prepare = (server: Server): void => {
    server.on('connection', (socket: Socket) => connections.accepted(socket))
    onReadySocket(server, socket => connections.ready(socket))
    server.on('request', (request, response) => enter(request, response))
    server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => enter(request, response))
    server.on('checkExpectation', (request: IncomingMessage, response: ServerResponse) => enter(request, response))
    server.on('connect', (request: IncomingMessage, socket: Socket) => {
      if (connections.isFree(socket)) enter(request, detachedResponse(request, socket).response)
      else cutOff(request, socket)
    })
    server.on('upgrade', (request: IncomingMessage, socket: Socket, head: Buffer) => {
      // Node before 24.9 does not ask `shouldUpgradeCallback`; what must not be upgraded ends its connection there.
      if (!shouldUpgrade(request)) return cutOff(request, socket)
      const { response, release } = detachedResponse(request, socket)
      enter(request, response, () => {
        release()
        return { socket, head }
      })
    })
    server.on('clientError', (error: ParserError, socket: Socket) => {
      // Bytes after a request that said `Connection: close`: not served, and no reason to disturb its answer.
      if (error.code === 'HPE_CLOSED_CONNECTION') return
      const status = parserRefusal(error)
      const current = connections.current(socket)
      if (status === undefined) socket.destroy()
      else if (current !== undefined && !current.isRequestRead) current.fail(status, 'malformed-body')
      else connections.whenQuiet(socket, () => refuseConnection(socket, status, newRequestId()))
    })
  }

  const listeners = listenerGroup(
    options.listeners,
    listener => {
      const made = nodeHttpServer({ listener, limits, shouldUpgrade })
      prepare(made.server)
      return made
    },
    () => drain.hasBegun(),
  )

  return {
    listen: async () => listeners.open(),
    load: () => ({ connections: connections.openCount, requests: connections.requestCount }),
    drain: request => drain.begin(request),
    retainEndpoints: keys => pools.retain(keys),
  }
}

function asksForWebSocket(request: IncomingMessage): boolean {
  const { method = '', httpVersion, rawHeaders } = request
  return isWebSocketHandshake({ method, httpVersion, headers: new FieldList(rawHeaders) })
}
