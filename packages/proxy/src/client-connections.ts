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
}

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
