/** What a request must have beyond its syntax: a host, a target that agrees with it, and one reading of its framing. */

import { parseAuthority, type Authority } from './authority.ts'
import { requestFraming, type BodyFraming, type FramingFault } from './body-framing.ts'
import type { Fields } from './field-list.ts'
import { parseRequestTarget, type RequestTarget } from './request-target.ts'

/** A request as some parser read it. */
export interface ParsedRequest {
  /** A token; case matters. */
  readonly method: string
  /** As sent. */
  readonly target: string
  /** Of the request line. */
  readonly httpVersion: '1.0' | '1.1'
  /** As received. */
  readonly fields: Fields
}

/** Why it is refused; the words are stable. */
export type RequestFault =
  | FramingFault
  | 'bad-host'
  | 'duplicate-host'
  | 'host-differs-from-target'
  | 'target-not-ascii'
  | 'fragment-in-target'
  | 'bad-target'

/** What the check found. */
export interface CheckedRequest {
  /** Where the body ends. */
  readonly framing: BodyFraming
  /** Its form and its parts. */
  readonly target: Exclude<RequestTarget, { readonly kind: 'refused' }>
  /** The value of Host as sent; `undefined` when there is none, as HTTP/1.0 allows. */
  readonly writtenHost: string | undefined
  /** The same, taken apart. */
  readonly authority: Authority | undefined
}

/** Checks RFC 9112 §3.2, §3.3 and §6.3. Pure; O(octets of target and Host). */
export function checkRequest(request: ParsedRequest): CheckedRequest | RequestFault {
  const { fields, httpVersion, method } = request
  const framing = requestFraming(fields, httpVersion)
  if (typeof framing === 'string') return framing

  const written = fields.get('host')
  if (written !== undefined && fields.repeats('host')) return 'duplicate-host'
  const authority = written === undefined ? undefined : parseAuthority(written)
  if (authority === undefined && (written !== undefined || httpVersion === '1.1')) return 'bad-host'

  const target = parseRequestTarget(request.target, method)
  if (target.kind === 'refused') return target.fault
  const named = target.kind === 'path' ? target.authority : undefined
  // RFC 9112 §3.2.2 lets the target win; whoever sends two different hosts wants two readers to disagree.
  if (named !== undefined && written !== undefined && named.toLowerCase() !== written.toLowerCase())
    return 'host-differs-from-target'
  if (named !== undefined && parseAuthority(named) === undefined) return 'bad-target'

  return { framing, target, writtenHost: written, authority }
}
