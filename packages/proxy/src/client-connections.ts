/** The open client connections of a data plane: what each is doing, in which order, and how to end them. */

import type { Socket } from 'node:net'
import type { Exchange } from './exchange.ts'

interface Connection {
  current?: Exchange
  /** Pipelined requests: one is served at a time, so that their order is kept at the backends too (RFC 9112 §9.3.2). */
  readonly queue: Exchange[]
  /** `bytesRead` when it became idle: more means that a request is arriving. */
  bytesWhenIdle: number
  /** `performance.now()` of that moment. */
  idleSince: number
  afterCurrent?: () => void
  /** An answer said so: what else arrives is not served. */
  isClosing: boolean
  /** More was pipelined than may wait: nothing is read any more, and the last request in line closes the connection. */
  isOverfull: boolean
}

/** Pipelined requests that may wait on one connection; each keeps its head, so this bounds what a client can make us hold. */
const maxWaiting = 16

/** How long a client that pipelined too much has to read its answers before the connection is reset. */
const lingerMs = 5000

/** How long after its last answer a connection may still send a request while draining, instead of having it reset. */
const idleGraceMs = 1000

export class ClientConnections {
  readonly #accepted = new Set<Socket>()
  readonly #connections = new Map<Socket, Connection>()
  readonly #exchanges = new Set<Exchange>()
  #closesIdle = false
  #onEmpty: (() => void) | undefined

  get openCount(): number {
    return this.#accepted.size
  }

  get requestCount(): number {
    return this.#exchanges.size
  }

  /** A TCP connection was accepted. */
  accepted(socket: Socket): void {
    this.#accepted.add(socket)
    socket.once('close', () => {
      this.#accepted.delete(socket)
      this.#checkEmpty()
    })
  }

  /** The connection speaks HTTP from now on: at once without TLS, else after the handshake. */
  ready(socket: Socket): void {
    this.#connections.set(socket, {
      queue: [],
      bytesWhenIdle: socket.bytesRead,
      idleSince: performance.now(),
      isClosing: false,
      isOverfull: false,
    })
    socket.once('close', () => this.#closed(socket))
    if (this.#closesIdle) this.#closeLater(socket)
  }

  /** Whether no answer is due on the connection and it stays open: only then may it be written to past node:http. */
  isFree(socket: Socket): boolean {
    const connection = this.#connections.get(socket)
    return connection !== undefined && connection.current === undefined && !connection.isClosing
  }

  /** The request in progress on a connection. */
  current(socket: Socket): Exchange | undefined {
    return this.#connections.get(socket)?.current
  }

  /**
   * Whether another request may enter. The first one too many stops all reading, so that at most what was already read in one
   * piece (64 KiB) is parsed after it; what waits is still answered, and the last answer closes the connection.
   */
  admits(socket: Socket): boolean {
    const connection = this.#connections.get(socket)
    if (connection?.isOverfull === true) return false
    if (connection === undefined || connection.isClosing || connection.queue.length < maxWaiting) return true
    connection.isOverfull = true
    connection.queue.at(-1)?.closeAfter()
    stopReading(socket)
    return false
  }

  /** Runs a request when those before it on its connection are done. */
  enter(socket: Socket, exchange: Exchange): void {
    this.#exchanges.add(exchange)
    const connection = this.#connections.get(socket)
    if (connection === undefined || connection.isClosing) return exchange.drop()
    if (connection.current !== undefined) {
      connection.queue.push(exchange)
      return
    }
    connection.current = exchange
    exchange.run()
  }

  /** A request is over; the next one of its connection runs. */
  left(socket: Socket, exchange: Exchange): void {
    this.#exchanges.delete(exchange)
    this.#checkEmpty()
    const connection = this.#connections.get(socket)
    if (connection === undefined) return
    if (connection.current !== exchange) {
      const at = connection.queue.indexOf(exchange)
      if (at >= 0) connection.queue.splice(at, 1)
      return
    }
    if (exchange.closesConnection) {
      connection.isClosing = true
      for (const late of connection.queue.splice(0)) late.drop()
    }
    const next = connection.queue.shift()
    if (next !== undefined) {
      connection.current = next
      next.run()
      return
    }
    delete connection.current
    connection.bytesWhenIdle = socket.bytesRead
    connection.idleSince = performance.now()
    connection.afterCurrent?.()
    if (this.#closesIdle) this.#closeLater(socket)
  }

  /** Runs an action when no request is in progress on the connection any more; the last one given counts. */
  whenQuiet(socket: Socket, action: () => void): void {
    const connection = this.#connections.get(socket)
    if (connection?.isOverfull === true) return // its remaining answers go out, and then nothing else
    if (connection?.current === undefined) action()
    else connection.afterCurrent = action
  }

  /** Closes idle connections, now and from now on, each after a moment in which a request under way can still arrive. */
  closeIdle(): void {
    this.#closesIdle = true
    for (const socket of this.#connections.keys()) this.#closeLater(socket)
  }

  /** Destroys everything; returns how many requests were cut. */
  cutAll(reason: string): number {
    let cut = 0
    for (const exchange of this.#exchanges) if (exchange.cut(reason)) cut += 1
    for (const socket of this.#connections.keys()) socket.destroy()
    for (const socket of this.#accepted) socket.destroy()
    return cut
  }

  /** Calls back once no connection is open and every request is reported, at once when that is so. */
  whenEmpty(action: () => void): void {
    this.#onEmpty = action
    this.#checkEmpty()
  }

  /** node:http closes the response in progress itself; of those in line it may know nothing any more. */
  #closed(socket: Socket): void {
    const late = this.#connections.get(socket)?.queue.splice(0) ?? []
    this.#connections.delete(socket)
    for (const exchange of late) exchange.drop()
  }

  #checkEmpty(): void {
    if (this.#accepted.size > 0 || this.#exchanges.size > 0) return
    this.#onEmpty?.()
    this.#onEmpty = undefined
  }

  #closeLater(socket: Socket): void {
    const idleForMs = performance.now() - (this.#connections.get(socket)?.idleSince ?? 0)
    const timer = setTimeout(
      () => {
        const connection = this.#connections.get(socket)
        if (connection?.current === undefined && socket.bytesRead === connection?.bytesWhenIdle) socket.destroy()
      },
      Math.max(0, idleGraceMs - idleForMs),
    )
    socket.once('close', () => clearTimeout(timer))
  }
}

/** For good: node:http resumes a paused connection by itself whenever a message ends, so that `pause` alone does not last. */
function stopReading(socket: Socket): void {
  socket.pause()
  socket.resume = () => socket
  // Bytes left unread would turn an immediate close into a reset, which can take the last answers away from the client.
  socket.destroySoon = () => {
    const timer = setTimeout(() => socket.destroy(), lingerMs)
    socket.once('close', () => clearTimeout(timer))
    socket.end()
  }
}
