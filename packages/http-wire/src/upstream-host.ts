/** What an upstream connection works with, and whom it tells. */

import type { ConnectionOptions } from 'node:tls'
import type { AnswerHead } from './answer-head.ts'
import type { Deadlines } from './deadlines.ts'
import type { Fields } from './field-list.ts'
import type { UpstreamConnection } from './upstream-connection.ts'
import type { WireBuffers } from './wire-buffers.ts'

/** Where connections go. */
export interface UpstreamTarget {
  /** Identity: kept connections go by it. */
  readonly key: string
  /** IPv4 or IPv6 literal: names are resolved, and judged, by the caller. */
  readonly address: string
  /** TCP port. */
  readonly port: number
  /** Makes it TLS. Certificates are verified against `ca`, or the system's, for `servername`, unless `rejectUnauthorized` is false. */
  readonly tls?: Pick<
    ConnectionOptions,
    | 'ca'
    | 'cert'
    | 'key'
    | 'servername'
    | 'rejectUnauthorized'
    | 'secureContext'
    | 'minVersion'
    | 'maxVersion'
    | 'ciphers'
  >
}

/** Bounds of upstream connections. */
export interface UpstreamLimits {
  /** Head of an answer, line ends included. */
  readonly maxHeadBytes: number
  /** Header fields of an answer. */
  readonly maxFieldCount: number
  /** How long an idle connection is kept; shorter than the 60 s after which usual servers close it. */
  readonly idleTimeoutMs: number
}

/** How an upstream connection failed its request. `silent`: nothing came for the time that was allowed. */
export type UpstreamFailure = 'connect-failed' | 'connect-timeout' | 'reset' | 'malformed' | 'silent' | 'pool-full'

/** One for all connections to an endpoint. */
export interface UpstreamHost {
  /** What a backend may cost. */
  readonly limits: UpstreamLimits
  /** Watches the time-outs of every connection. */
  readonly deadlines: Deadlines
  /** Of the thread. */
  readonly buffers: WireBuffers
  /** A connection is free; returns whether it is kept. */
  keep(connection: UpstreamConnection): boolean
  /** A connection is gone. */
  closed(connection: UpstreamConnection): void
}

/** Gets the answer to one request. After `UpstreamConnection.release` or `destroy`, or `upstreamFailed`, nothing is called any more. */
export interface AnswerHandler {
  /** There is a connection: call `start`, then write the request. */
  upstreamConnected(connection: UpstreamConnection): void
  /** An interim answer (1xx, never 101). */
  answerInterim(head: AnswerHead): void
  /** A 101: call `upgrade`, or `destroy`. */
  answerSwitched(head: AnswerHead): void
  /** The final answer's head. Its body, if some has arrived, follows before `answerFlush` or `answerEnded`. */
  answerHead(head: AnswerHead): void
  /** A piece of the body, or of a tunnel; at most one between two calls of `answerFlush`. Valid during the call and the one after it. */
  answerBody(buffer: Buffer, start: number, end: number): void
  /** Everything that came in one read was told: the moment to write. */
  answerFlush(): void
  /** The answer is complete: write what is left, and `release`. In a tunnel: the backend sent FIN. */
  answerEnded(trailers: Fields | undefined): void
  /** No answer, or no more of it, will come. */
  upstreamFailed(failure: UpstreamFailure): void
  /** What was written was taken; more may be written. */
  upstreamDrained(): void
}
