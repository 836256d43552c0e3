/** The data plane over the wire engine: HTTP/1.1 on sockets, without node:http in between. */

import { randomUUID } from 'node:crypto'
import type { Socket } from 'node:net'
import type { TLSSocket } from 'node:tls'
import { Deadlines, UpstreamPool, WireBuffers, type ServerConnectionSettings } from '@ingresskit/http-wire'
import { dateField } from './clock-date.ts'
import type { DataPlane, DataPlaneOptions } from './data-plane.ts'
import { defaultLimits } from './default-limits.ts'
import { drainSequence } from './drain-sequence.ts'
import { openListener, type OpenListener } from './open-listener.ts'
import { peerOf } from './peer.ts'
import { ProxyError } from './proxy-error.ts'
import { tlsFacts } from './tls-facts.ts'
import { trustedPeers } from './trusted-peers.ts'
import { systemLookup } from './upstream-address.ts'
import { WireConnection } from './wire-connection.ts'
import { WireConnections } from './wire-connections.ts'
import { wireServer } from './wire-server.ts'
import type { WireServices } from './wire-services.ts'

/** How long what a client still sends is read after its last answer, so that a reset does not take the answer away. */
const lingerMs = 5000

/**
 * Makes a data plane that serves HTTP/1.1 with @ingresskit/http-wire. Nothing is opened before `listen`.
 *
 * Throws `ProxyError` with code `bad-option` when `trustedProxies` has an entry that is no address or range.
 */
export function wireDataPlane(options: DataPlaneOptions): DataPlane {
  const limits = { ...defaultLimits, ...options.limits }
  const newRequestId = options.newRequestId ?? randomUUID
  const trusts = trustedPeers(options.trustedProxies ?? [])
  const connections = new WireConnections()
  const deadlines = new Deadlines({ sweepMs: sweepMs(limits) })
  const buffers = new WireBuffers()
  const pool = new UpstreamPool({
    deadlines,
    buffers,
    limits: { maxHeadBytes: limits.maxHeaderBytes, idleTimeoutMs: limits.upstreamIdleTimeoutMs },
  })
  const date = dateField()
  let listeners: readonly OpenListener[] = []
  let listening: Promise<unknown> | undefined

  const drain = drainSequence({
    connections,
    stopAccepting: async () => {
      await listening?.catch(() => {})
      await Promise.all(listeners.map(listener => listener.stopAccepting()))
    },
    dispose: () => {
      for (const listener of listeners) listener.dispose()
      pool.close()
    },
  })
  const report: WireServices['onRequest'] = record => {
    try {
      options.onRequest?.(record)
    } catch {
      // A reporter's fault is not the request's; its connection must still go on to the next one.
    }
  }
  const services: WireServices = {
    route: options.route,
    readHead: { canonicalPath: options.canonicalPath, trusts, newRequestId, maxHeaderCount: limits.maxHeaderCount },
    pool,
    deadlines,
    lookup: options.lookup ?? systemLookup,
    limits,
    isDraining: () => drain.closesConnections(),
    onRequest: report,
    connections,
    date,
    keepAliveLines: `Connection: keep-alive\r\nKeep-Alive: timeout=${Math.floor(limits.keepAliveTimeoutMs / 1000)}\r\n`,
  }

  const settings = (clientReads: ServerConnectionSettings['clientReads']): ServerConnectionSettings => ({
    limits: {
      maxRequestLineBytes: Math.min(8 * 1024, limits.maxHeaderBytes),
      maxHeadBytes: limits.maxHeaderBytes,
      maxFieldCount: limits.maxHeaderCount,
      headTimeoutMs: limits.headersTimeoutMs,
      idleTimeoutMs: limits.keepAliveTimeoutMs,
      bodyIdleTimeoutMs: limits.bodyIdleTimeoutMs,
      writeIdleTimeoutMs: limits.writeIdleTimeoutMs,
      lingerMs,
    },
    deadlines,
    buffers,
    clientReads,
  })
  const plain = { services, settings: settings('shared-buffer') }
  const secured = { services, settings: settings('data-events') }

  const hasRoom = (): boolean => connections.openCount < limits.maxConnections
  const openPlain = (socket: Socket): void => {
    if (!hasRoom()) return void socket.destroy()
    const peer = peerOf(socket.remoteAddress, trusts)
    connections.opened(new WireConnection(socket, { peer, scheme: 'http', tls: undefined }, plain))
  }
  const openSecured = (socket: TLSSocket): void => {
    const peer = peerOf(socket.remoteAddress, trusts)
    connections.opened(new WireConnection(socket, { peer, scheme: 'https', tls: tlsFacts(socket) }, secured))
  }

  const open = async (): Promise<void> => {
    const opened: OpenListener[] = []
    try {
      for (const listener of options.listeners) {
        const prepare = (): ReturnType<typeof wireServer> =>
          wireServer(listener, limits, {
            plain: openPlain,
            accepted: socket => {
              const isWelcome = hasRoom()
              if (isWelcome) connections.shaking(socket)
              return isWelcome
            },
            secured: openSecured,
          })
        opened.push(await openListener(listener, prepare))
      }
    } catch (error) {
      for (const listener of opened) listener.dispose()
      throw error
    }
    listeners = opened
  }

  return {
    listen: async () => {
      if (listening !== undefined || drain.hasBegun()) {
        throw new ProxyError(
          'bad-option',
          'listen() was called after listen() or drain(); make another data plane instead',
        )
      }
      listening = open()
      await listening
      return listeners.map(listener => listener.bound)
    },
    load: () => ({ connections: connections.openCount, requests: connections.requestCount }),
    drain: request => drain.begin(request),
    retainEndpoints: keys => pool.retain(keys),
  }
}

/** Often enough that no time-out is late by more than a tenth of the shortest, within reason. */
function sweepMs(limits: Readonly<Record<string, number>>): number {
  const shortest = Math.min(...Object.entries(limits).flatMap(([name, value]) => (name.endsWith('Ms') ? [value] : [])))
  return Math.min(100, Math.max(10, shortest / 10))
}
