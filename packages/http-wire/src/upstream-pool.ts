/** Connections to endpoints, kept between requests: the one used last is used next. */

import type { Deadlines } from './deadlines.ts'
import { UpstreamConnection } from './upstream-connection.ts'
import type { AnswerHandler, UpstreamHost, UpstreamLimits, UpstreamTarget } from './upstream-host.ts'
import type { WireBuffers } from './wire-buffers.ts'

/** What a pool is made with. */
export interface UpstreamPoolOptions {
  /** Watches the time-outs of every connection. */
  readonly deadlines: Deadlines
  /** Of the thread. */
  readonly buffers: WireBuffers
  /** Default: 16 KiB, 256 fields, 50 s. */
  readonly limits?: Partial<UpstreamLimits>
  /** Idle connections kept for one endpoint. Default 256. */
  readonly maxIdle?: number
  /** Connections to one endpoint, idle ones included. Default unlimited. */
  readonly maxConnections?: number
  /** Requests that wait for a connection to one endpoint when it has `maxConnections`; more fail with `pool-full`. Default 1024. */
  readonly maxWaiting?: number
}

const defaultLimits: UpstreamLimits = { maxHeadBytes: 16 * 1024, maxFieldCount: 256, idleTimeoutMs: 50_000 }

/** A request that waits for a connection. */
interface Waiting extends UpstreamSearch {
  readonly handler: AnswerHandler
  readonly target: UpstreamTarget
  readonly connectMs: number
  /** Nobody is interested any more. */
  isOver: boolean
  /** What became of it when its turn came. */
  next: UpstreamSearch | undefined
  deadlineAt: number
  expired(): void
}

/** What the connections to one endpoint have in common. */
interface Endpoint extends UpstreamHost {
  readonly key: string
  readonly idle: UpstreamConnection[]
  readonly waiting: Waiting[]
  open: number
  /** The endpoint is gone: nothing is kept. */
  isRetired: boolean
}

/** One pool for all endpoints of a data plane. */
export class UpstreamPool {
  readonly #endpoints = new Map<string, Endpoint>()
  readonly #deadlines: Deadlines
  readonly #shared: Pick<UpstreamHost, 'limits' | 'deadlines' | 'buffers'>
  readonly #maxIdle: number
  readonly #maxConnections: number
  readonly #maxWaiting: number
  #isClosed = false

  constructor(options: UpstreamPoolOptions) {
    this.#deadlines = options.deadlines
    this.#maxIdle = options.maxIdle ?? 256
    this.#maxConnections = options.maxConnections ?? Infinity
    this.#maxWaiting = options.maxWaiting ?? 1024
    this.#shared = {
      limits: { ...defaultLimits, ...options.limits },
      deadlines: options.deadlines,
      buffers: options.buffers,
    }
  }

  /** Connections open at this moment, idle ones included. */
  get openCount(): number {
    let count = 0
    for (const { open } of this.#endpoints.values()) count += open
    return count
  }

  /**
   * Finds a connection: the idle one used last, else a new one, else a place in line. `upstreamConnected` of the handler is called, at
   * once where one is idle, or `upstreamFailed`. The result ends the search, and does nothing once it is over.
   */
  acquire(target: UpstreamTarget, handler: AnswerHandler, connectMs: number): UpstreamSearch | undefined {
    const endpoint = this.#endpointOf(target.key)
    for (let idle = endpoint.idle.pop(); idle !== undefined; idle = endpoint.idle.pop()) {
      if (!idle.isOpen) continue // its end is known, and `close` under way
      handler.upstreamConnected(idle)
      return undefined
    }
    return this.connect(target, handler, connectMs)
  }

  /** As `acquire`, but never an idle connection. */
  connect(target: UpstreamTarget, handler: AnswerHandler, connectMs: number): UpstreamSearch | undefined {
    const endpoint = this.#endpointOf(target.key)
    if (endpoint.open < this.#maxConnections) return this.#connect(endpoint, { target, handler, connectMs })
    if (endpoint.waiting.length >= this.#maxWaiting) {
      handler.upstreamFailed('pool-full')
      return undefined
    }
    endpoint.idle.shift()?.destroy() // a new one takes the place of the one that was idle for longest
    return this.#wait(endpoint, { target, handler, connectMs })
  }

  /** Closes idle connections to every endpoint whose key is not among these; those in use close when their request ends. */
  retain(keys: Pick<ReadonlySet<string>, 'has'>): void {
    for (const [key, endpoint] of this.#endpoints) if (!keys.has(key)) this.#retire(key, endpoint)
  }

  /** Closes every idle connection and keeps none from now on. */
  close(): void {
    this.#isClosed = true
    for (const [key, endpoint] of this.#endpoints) this.#retire(key, endpoint)
  }

  #connect(endpoint: Endpoint, wanted: Pick<Waiting, 'target' | 'handler' | 'connectMs'>): UpstreamSearch {
    endpoint.open++
    const connection = new UpstreamConnection(wanted.target, endpoint)
    connection.startConnecting(wanted.handler, wanted.connectMs)
    return connection
  }

  #wait(endpoint: Endpoint, wanted: Pick<Waiting, 'target' | 'handler' | 'connectMs'>): UpstreamSearch {
    const leave = (): void => {
      const at = endpoint.waiting.indexOf(waiting)
      if (at >= 0) endpoint.waiting.splice(at, 1)
      this.#deadlines.delete(waiting)
    }
    const waiting: Waiting = {
      ...wanted,
      isOver: false,
      next: undefined,
      deadlineAt: this.#deadlines.now() + wanted.connectMs,
      expired: () => {
        leave()
        wanted.handler.upstreamFailed('connect-timeout')
      },
      destroy: () => {
        leave()
        waiting.isOver = true
        waiting.next?.destroy()
      },
    }
    endpoint.waiting.push(waiting)
    this.#deadlines.add(waiting)
    return waiting
  }

  #keep(connection: UpstreamConnection, endpoint: Endpoint): boolean {
    if (endpoint.isRetired || this.#isClosed) return false
    const next = this.#nextWaiting(endpoint)
    if (next !== undefined) {
      // After the one that lets go of it has returned.
      queueMicrotask(() => this.#hand(connection, endpoint, next))
      return true
    }
    if (endpoint.idle.length >= this.#maxIdle) return false
    endpoint.idle.push(connection)
    return true
  }

  /** To the one in line; should the connection have died meanwhile, that one gets another, and should that one have left, the next. */
  #hand(connection: UpstreamConnection, endpoint: Endpoint, next: Waiting): void {
    if (next.isOver) {
      if (!this.#keep(connection, endpoint)) connection.destroy()
    } else if (connection.isOpen) {
      next.handler.upstreamConnected(connection)
    } else {
      next.next = this.connect(next.target, next.handler, next.connectMs)
    }
  }

  #closed(connection: UpstreamConnection, endpoint: Endpoint): void {
    endpoint.open--
    const at = endpoint.idle.indexOf(connection)
    if (at >= 0) endpoint.idle.splice(at, 1)
    const next = this.#nextWaiting(endpoint)
    if (next !== undefined) next.next = this.#connect(endpoint, next)
    else if (endpoint.open === 0 && this.#endpoints.get(endpoint.key) === endpoint) this.#endpoints.delete(endpoint.key)
  }

  #nextWaiting(endpoint: Endpoint): Waiting | undefined {
    const next = endpoint.waiting.length === 0 ? undefined : endpoint.waiting.shift()
    if (next !== undefined) this.#deadlines.delete(next)
    return next
  }

  #retire(key: string, endpoint: Endpoint): void {
    this.#endpoints.delete(key)
    endpoint.isRetired = true
    for (const connection of endpoint.idle.splice(0)) connection.destroy()
  }

  #endpointOf(key: string): Endpoint {
    let endpoint = this.#endpoints.get(key)
    if (endpoint === undefined) {
      const made: Endpoint = {
        ...this.#shared,
        key,
        idle: [],
        waiting: [],
        open: 0,
        isRetired: false,
        keep: connection => this.#keep(connection, made),
        closed: connection => this.#closed(connection, made),
      }
      endpoint = made
      this.#endpoints.set(key, made)
    }
    return endpoint
  }
}

/** A connection that is being looked for. */
export interface UpstreamSearch {
  /** Ends the search; the handler is told nothing more. */
  destroy(): void
}
