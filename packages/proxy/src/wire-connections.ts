/** The open client connections of a wire data plane: whom they belong to, what each is doing, and how to end them. */

import type { Socket } from 'node:net'
import type { WireConnection } from './wire-connection.ts'

/** How long after its last answer a connection may still send a request while draining, instead of having it reset. */
const idleGraceMs = 1000

export class WireConnections {
  readonly #open = new Set<WireConnection>()
  /** The TCP connections under TLS, from before the handshake to their end. */
  readonly #underTls = new Set<Socket>()
  #plainCount = 0
  // A count: a set of requests would be rehashed all the time, and its old tables keep dead requests alive.
  #requestCount = 0
  #closesIdle = false
  #onEmpty: (() => void) | undefined

  get openCount(): number {
    return this.#plainCount + this.#underTls.size
  }

  get requestCount(): number {
    return this.#requestCount
  }

  /** A connection whose TLS handshake is still to come. */
  shaking(socket: Socket): void {
    this.#underTls.add(socket)
    socket.once('close', () => {
      this.#underTls.delete(socket)
      this.#checkEmpty()
    })
  }

  /** The connection speaks HTTP from now on. */
  opened(connection: WireConnection): void {
    this.#open.add(connection)
    if (!connection.isTls) this.#plainCount++
    if (this.#closesIdle) connection.client.retire(idleGraceMs)
  }

  closed(connection: WireConnection): void {
    this.#open.delete(connection)
    if (!connection.isTls) this.#plainCount--
    this.#checkEmpty()
  }

  /** A request begins. */
  entered(): void {
    this.#requestCount++
  }

  /** A request is over. */
  left(): void {
    this.#requestCount--
    if (this.#onEmpty !== undefined) queueMicrotask(() => this.#checkEmpty())
  }

  /** Closes idle connections, now and from now on, each after a moment in which a request under way can still arrive. */
  closeIdle(): void {
    this.#closesIdle = true
    for (const connection of this.#open) connection.client.retire(idleGraceMs)
  }

  /** Destroys everything; returns how many requests were cut. */
  cutAll(reason: string): number {
    let cut = 0
    for (const connection of this.#open) if (connection.cut(reason)) cut += 1
    for (const socket of this.#underTls) socket.destroy()
    return cut
  }

  /** Calls back once no connection is open and every request is reported, at once when that is so. */
  whenEmpty(action: () => void): void {
    this.#onEmpty = action
    this.#checkEmpty()
  }

  #checkEmpty(): void {
    if (this.openCount > 0 || this.#requestCount > 0) return
    const action = this.#onEmpty
    this.#onEmpty = undefined
    action?.()
  }
}
