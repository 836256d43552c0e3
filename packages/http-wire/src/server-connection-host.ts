/** What a server connection works with, and whom it tells. */

import type { Deadlines } from './deadlines.ts'
import type { Fields } from './field-list.ts'
import type { HeadLimits } from './head-limits.ts'
import type { HeadFault, RequestHead } from './request-head.ts'
import type { WireBuffers } from './wire-buffers.ts'

/** Bounds of a client connection. */
export interface ServerLimits extends HeadLimits {
  /** From the connection, or the first octet of a later request, to the end of the head; then 408. */
  readonly headTimeoutMs: number
  /** How long an idle connection is kept. */
  readonly idleTimeoutMs: number
  /** Longest silence of a client in the middle of a body that is wanted. */
  readonly bodyIdleTimeoutMs: number
  /** Longest time a client may take nothing of what was written to it. */
  readonly writeIdleTimeoutMs: number
  /** How long what a client still sends is read and dropped after its last answer. */
  readonly lingerMs: number
}

/** The same for all connections of a listener. */
export interface ServerConnectionSettings {
  /** What a client may cost. */
  readonly limits: ServerLimits
  /** Watches the time-outs of every connection. */
  readonly deadlines: Deadlines
  /** Of the thread. */
  readonly buffers: WireBuffers
  /**
   * `shared-buffer`: plain connections are read without a stream in between, some 20 % less CPU for a small request, through a
   * handle that Node does not document; where it is missing they are read by `data` events. TLS sockets need `data-events`.
   */
  readonly clientReads: 'shared-buffer' | 'data-events'
}

/** Whom one connection tells what happens on it. */
export interface ServerConnectionOwner {
  /** A request is to be served; the handler's `run` is called next. */
  request(head: RequestHead): RequestHandler
  /** A head was refused, or did not come; the result is written and the connection closes. */
  refusal(refused: { readonly fault: HeadFault | 'head-timeout'; readonly status: number }): string
  /** The connection is gone. */
  closed(): void
}

/** Serves one request, or a tunnel. After `ServerConnection.finish` nothing is called any more. */
export interface RequestHandler {
  /** The head was read, and octets after it may have arrived. */
  run(): void
  /** A piece of the body, or of a tunnel; valid during the call, unless the connection's `ownership` is `own`. */
  requestBody(buffer: Buffer, start: number, end: number): void
  /** The body is complete. In a tunnel: the client sent FIN. */
  requestBodyEnded(trailers: Fields | undefined): void
  /** The body is malformed (400) or passes a bound (413): where it ends is unknown. */
  requestBodyRefused(status: 400 | 413): void
  /** What was written was taken; more may be written. */
  clientDrained(): void
  /** `body`: the client is silent in the middle of a body that is wanted. `write`: it takes nothing. */
  clientTimedOut(waitingFor: 'body' | 'write'): void
  /** The connection is gone before the request was finished. */
  clientClosed(): void
}
