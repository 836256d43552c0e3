/** A head as a codec parsed it, before anything in it is believed, and what it becomes once it is. */

import type { BodyFraming, CheckedRequest, Fields } from '@ingresskit/http-wire'
import type { Peer } from './peer.ts'
import type { RequestHead, TlsFacts } from './request-head.ts'

/** The same for every codec; each fills it from its own parser. */
export interface InboundHead {
  readonly method: string
  /** The request target as sent. */
  readonly target: string
  /** As sent: `1.1`, and also what parsers let through, such as `0.9` or `2.0`. */
  readonly httpVersion: string
  /** As received. */
  readonly fields: Fields
  /** Set by a codec whose parser makes this check (`checkRequest` of @ingresskit/http-wire), and that of every field, itself. */
  readonly checked?: CheckedRequest
  readonly peer: Peer
  readonly scheme: 'http' | 'https'
  readonly tls?: TlsFacts | undefined
  /** The codec found a WebSocket handshake (`isWebSocketHandshake`) on a connection that can be given away. */
  readonly upgrade?: 'websocket' | undefined
}

/** A request that may be routed. */
export interface AcceptedRequest {
  readonly head: RequestHead
  readonly framing: BodyFraming
  /** Of the authority; `undefined` when none was written. */
  readonly port: number | undefined
  /** The client waits for 100 Continue before it sends the body. */
  readonly expectsContinue: boolean
  /** The client said `TE: trailers`. */
  readonly acceptsTrailers: boolean
  readonly peer: Peer
}

/** What is known of a request that was refused before it could be routed. */
export interface RefusedRequest {
  readonly requestId: string
  readonly clientAddress: string
  readonly method: string
  readonly scheme: 'http' | 'https'
  readonly target: string
  readonly accept: string
}

export type HeadOutcome =
  | { readonly kind: 'accepted'; readonly request: AcceptedRequest }
  /** Answered at once; `close` where the connection cannot be trusted any more. */
  | {
      readonly kind: 'refused'
      readonly status: number
      readonly reason: string
      readonly close: boolean
      readonly headers: readonly (readonly [string, string])[]
      readonly request: RefusedRequest
    }

/** Bytes of the body; `undefined` when only its end will tell, or when it is not worth knowing. */
export function bodyBytes(outcome: HeadOutcome): number | undefined {
  if (outcome.kind === 'refused') return outcome.close ? undefined : 0
  return framedBytes(outcome.request.framing)
}

/** Bytes of the body; `undefined` when only its end will tell. */
export function framedBytes(framing: BodyFraming): number | undefined {
  switch (framing.kind) {
    case 'none':
      return 0
    case 'length':
      return framing.bytes
    case 'chunked':
      return undefined
  }
}
