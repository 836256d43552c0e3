/** Keep-alive connections to endpoints, one pool per endpoint. */

import { Agent, type AgentOptions } from 'node:http'
import type { Duplex } from 'node:stream'

/** Idle connections kept per endpoint. Connections in use are bounded by the client connections, not here. */
const maxIdlePerEndpoint = 256

/** Pools of endpoints that nobody retired are looked through once there are this many. */
const sweepAt = 4096

export interface UpstreamPools {
  /** The agent for requests to the endpoint; the most recently used idle connection is taken first. */
  forEndpoint(key: string): Agent
  /** An agent that always opens a new connection and does not keep it. */
  readonly fresh: Agent
  /** Closes idle connections of every other endpoint; those in use close when their request ends. */
  retain(keys: Pick<ReadonlySet<string>, 'has'>): void
  /** Closes every idle connection. */
  close(): void
}

/** Makes the pools of one data plane. Idle connections close after `idleTimeoutMs`, or earlier when the backend's `Keep-Alive` says so. */
export function upstreamPools(options: { readonly idleTimeoutMs: number }): UpstreamPools {
  const pools = new Map<string, Pool>()
  return {
    forEndpoint: key => {
      const existing = pools.get(key)
      if (existing !== undefined) return existing
      if (pools.size >= sweepAt) sweep(pools)
      const pool = new Pool({
        keepAlive: true,
        scheduling: 'lifo',
        timeout: options.idleTimeoutMs,
        maxFreeSockets: maxIdlePerEndpoint,
      })
      pools.set(key, pool)
      return pool
    },
    fresh: new Pool({ keepAlive: false }),
    retain: keys => {
      for (const [key, pool] of pools) {
        if (keys.has(key)) continue
        pools.delete(key)
        pool.retire()
      }
    },
    close: () => {
      for (const pool of pools.values()) pool.retire()
      pools.clear()
    },
  }
}

function sweep(pools: Map<string, Pool>): void {
  for (const [key, pool] of pools) {
    if (Object.keys(pool.sockets).length + Object.keys(pool.freeSockets).length === 0) pools.delete(key)
  }
}

class Pool extends Agent {
  #isRetired = false

  /** Keeps no connection from now on. */
  retire(): void {
    this.#isRetired = true
    for (const idle of Object.values(this.freeSockets)) {
      for (const socket of idle ?? []) socket.destroy()
    }
  }

  override createConnection(
    options: AgentOptions,
    callback?: (error: Error | null, stream: Duplex) => void,
  ): Duplex | null | undefined {
    const connection = super.createConnection(options, callback)
    // node:http leaves a pooled connection without error listener for a tick; an error then would end the process.
    connection?.on('error', () => {})
    return connection
  }

  override keepSocketAlive(socket: Duplex): boolean {
    // Bytes after the end of an answer belong to nobody: on a kept connection they would answer the next request.
    if (this.#isRetired || socket.readableLength > 0) return false
    return super.keepSocketAlive(socket) as unknown as boolean
  }
}
