/** A client and a backend that speak past us after a protocol switch. */

import type { Deadlines, Expiring } from './deadlines.ts'
import type { ServerConnection } from './server-connection.ts'
import type { RequestHandler } from './server-connection-host.ts'
import type { UpstreamConnection } from './upstream-connection.ts'
import type { AnswerHandler } from './upstream-host.ts'

/** What is joined. */
export interface TunnelOptions {
  /** Its request asked for the switch. */
  readonly client: ServerConnection
  /** It answered 101. */
  readonly upstream: UpstreamConnection
  /** Watches the idle time-out. */
  readonly deadlines: Deadlines
  /** Closed when no octet passed in either direction for this long. */
  readonly idleTimeoutMs: number
  /** Both sides are closed. */
  readonly onClose: () => void
}

/** Two connections that are joined. */
export interface Tunnel {
  /** Octets from the client so far. */
  readonly fromClient: number
  /** Octets from the backend so far. */
  readonly fromUpstream: number
  /** Closes both sides now. */
  cut(): void
}

/**
 * Joins them until either closes, then closes the other; FIN is passed on first. Back-pressure holds both ways. What the client sent with
 * its request goes first; the 101 must have been written.
 */
export function openTunnel(options: TunnelOptions): Tunnel {
  const ends = new TunnelEnds(options)
  ends.run()
  return ends
}

class TunnelEnds implements Tunnel, RequestHandler, AnswerHandler, Expiring {
  deadlineAt: number = Infinity
  fromClient = 0
  fromUpstream = 0
  readonly #options: TunnelOptions
  #clientEnded = false
  #upstreamEnded = false
  #clientIsOpen = true
  #upstreamIsOpen = true

  constructor(options: TunnelOptions) {
    this.#options = options
  }

  run(): void {
    const { client, upstream, deadlines } = this.#options
    deadlines.add(this)
    this.#touch()
    upstream.upgrade(this)
    client.upgrade(this)
    client.readBody()
  }

  cut(): void {
    this.#options.client.destroy()
    this.#options.upstream.destroy()
    this.#closedUpstream()
  }

  expired(): void {
    this.cut()
  }

  requestBody(buffer: Buffer, start: number, end: number): void {
    const { client, upstream } = this.#options
    this.fromClient += end - start
    this.#touch()
    if (!this.#upstreamIsOpen) return
    const takesMore = upstream.write({ head: '', buffer, start, end, tail: '', ownership: client.ownership })
    if (!takesMore) client.pauseBody()
    else if (upstream.isWriting) client.keepOctets()
  }

  requestBodyEnded(): void {
    this.#clientEnded = true
    this.#options.upstream.endWriting()
  }

  answerBody(buffer: Buffer, start: number, end: number): void {
    const { client, upstream } = this.#options
    this.fromUpstream += end - start
    this.#touch()
    const takesMore = client.write({ head: '', buffer, start, end, tail: '', ownership: upstream.ownership })
    if (!takesMore) upstream.pause()
    else if (client.isWriting) upstream.keepOctets()
  }

  answerEnded(): void {
    this.#upstreamEnded = true
    this.#options.client.endWriting()
  }

  clientDrained(): void {
    this.#options.upstream.resume()
  }

  upstreamDrained(): void {
    this.#options.client.readBody()
  }

  clientClosed(): void {
    this.#clientIsOpen = false
    if (this.#clientEnded) this.#options.upstream.endWriting()
    else this.#options.upstream.destroy()
    if (!this.#clientEnded) this.#closedUpstream()
    this.#checkClosed()
  }

  upstreamFailed(): void {
    if (!this.#upstreamEnded) this.#options.client.destroy()
    this.#closedUpstream()
  }

  clientTimedOut(): void {
    this.cut()
  }

  // Nothing is parsed in a tunnel, and nothing is connected.
  requestBodyRefused(): void {}
  upstreamConnected(): void {}
  answerInterim(): void {}
  answerSwitched(): void {}
  answerHead(): void {}
  answerFlush(): void {}

  #closedUpstream(): void {
    this.#upstreamIsOpen = false
    this.#checkClosed()
  }

  #checkClosed(): void {
    if (this.#clientIsOpen || this.#upstreamIsOpen || this.#isReported) return
    this.#isReported = true
    this.#options.deadlines.delete(this)
    this.#options.onClose()
  }

  #isReported = false

  #touch(): void {
    this.deadlineAt = this.#options.deadlines.now() + this.#options.idleTimeoutMs
  }
}
