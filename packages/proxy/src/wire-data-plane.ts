/** The data plane over the wire engine: HTTP/1.1 on sockets, without node:http in between. */

import { randomUUID } from 'node:crypto'
import { Deadlines, UpstreamPool, WireBuffers, type ServerConnectionSettings } from '@ingresskit/http-wire'
import { dateField } from './clock-date.ts'
import type { DataPlane, DataPlaneOptions } from './data-plane.ts'
import { defaultLimits } from './default-limits.ts'
import { drainSequence } from './drain-sequence.ts'
import { listenerGroup } from './listener-group.ts'
import { peerOf } from './peer.ts'
import { safeReporter } from './safe-reporter.ts'
import { tlsFacts } from './tls-facts.ts'
import { trustedPeers } from './trusted-peers.ts'
import { systemLookup } from './upstream-address.ts'
import { WireConnection } from './wire-connection.ts'
import { WireConnections } from './wire-connections.ts'
import { wireServer, type WireServerEvents } from './wire-server.ts'
import type { WireServices } from './wire-services.ts'

/** How long what a client still sends is read after its last answer, so that a reset does not take the answer away. */
const lingerMs = 5000

/** An idle connection is kept for longer than announced: a request sent at the last moment is not met by a reset. */
const unannouncedMs = 1000

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
  const drain = drainSequence({
    connections,
    stopAccepting: async () => listeners.stopAccepting(),
    dispose: () => {
      listeners.dispose()
      pool.close()
    },
  })
  const services: WireServices = {
    route: options.route,
    readHead: { canonicalPath: options.canonicalPath, trusts, newRequestId, maxHeaderCount: limits.maxHeaderCount },
    pool,
    deadlines,
    lookup: options.lookup ?? systemLookup,
    limits,
    isDraining: () => drain.closesConnections(),
    onRequest: safeReporter(options.onRequest),
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
      idleTimeoutMs: limits.keepAliveTimeoutMs + unannouncedMs,
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

  /** What one listener does with its connections, of which it counts its own. */
  const events = (): WireServerEvents => {
    let open = 0
    const closed = (): void => {
      open -= 1
    }
    const hasRoom = (): boolean => open < limits.maxConnections
    return {
      plain: socket => {
        if (!hasRoom()) return void socket.destroy()
        open += 1
        const peer = peerOf(socket.remoteAddress, trusts)
        connections.opened(new WireConnection(socket, { peer, scheme: 'http', tls: undefined, closed }, plain))
      },
      accepted: socket => {
        if (!hasRoom()) return false
        open += 1
        socket.once('close', closed)
        connections.shaking(socket)
        return true
      },
      secured: socket => {
        const peer = peerOf(socket.remoteAddress, trusts)
        const facts = { peer, scheme: 'https', tls: tlsFacts(socket), closed: () => {} } as const // its TCP connection counts
        connections.opened(new WireConnection(socket, facts, secured))
      },
    }
  }
  const listeners = listenerGroup(
    options.listeners,
    listener => wireServer(listener, limits, events()),
    () => drain.hasBegun(),
  )

  return {
    listen: async () => listeners.open(),
    load: () => ({ connections: connections.openCount, requests: connections.requestCount }),
    drain: request => drain.begin(request),
    retainEndpoints: keys => pool.retain(keys),
  }
}

/** Often enough that no time-out is late by more than a fifth of the shortest, two sweeps, within reason. */
function sweepMs(limits: Readonly<Record<string, number>>): number {
  const shortest = Math.min(...Object.entries(limits).flatMap(([name, value]) => (name.endsWith('Ms') ? [value] : [])))
  return Math.min(100, Math.max(10, shortest / 10))
}
