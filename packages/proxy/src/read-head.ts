/** From a head as parsed to a request that may be routed, or the refusal it gets: the gate in front of every route. */

import { isIP } from 'node:net'
import { parseAuthority } from './authority.ts'
import { cleanHeaders } from './clean-headers.ts'
import { clientAddress, unmapped } from './client-address.ts'
import { listTokens } from './field-syntax.ts'
import { headerList } from './header-list.ts'
import type { AcceptedRequest, HeadOutcome, InboundHead, RefusedRequest } from './inbound-head.ts'
import { framedBytes, requestFraming } from './request-framing.ts'
import type { RequestHead } from './request-head.ts'
import { parseRequestTarget } from './request-target.ts'
import type { CanonicalPath } from './route-decision.ts'
import type { TrustsPeer } from './trusted-peers.ts'

export interface ReadHeadOptions {
  readonly canonicalPath: CanonicalPath
  readonly trusts: TrustsPeer
  readonly newRequestId: () => string
  readonly maxHeaderCount: number
}

/** Validates a head. Pure but for `newRequestId`. O(bytes of the head). */
export function readHead(inbound: InboundHead, options: ReadHeadOptions): HeadOutcome {
  const peer = unmapped(inbound.peerAddress)
  const peerIsTrusted = options.trusts(peer)
  const raw = headerList(inbound.flatHeaders)
  const requestId = keptRequestId(raw.getAll('x-request-id')) ?? options.newRequestId()
  const refused: RefusedRequest = {
    requestId,
    clientAddress: peer,
    method: inbound.method,
    scheme: inbound.scheme,
    target: inbound.target,
    accept: raw.getAll('accept').join(','),
  }
  const refuse = (
    status: number,
    reason: string,
    headers: readonly (readonly [string, string])[] = [],
  ): HeadOutcome => ({
    kind: 'refused',
    status,
    reason,
    close: true,
    headers,
    request: refused,
  })

  const { httpVersion, method } = inbound
  if (httpVersion !== '1.1' && httpVersion !== '1.0') return refuse(505, 'http-version')
  if (inbound.flatHeaders.length / 2 > options.maxHeaderCount) return refuse(431, 'too-many-headers')
  if (method === 'TRACE' || method === 'CONNECT') return refuse(405, 'method-refused', [allow])

  const clean = cleanHeaders(inbound.flatHeaders, { isTrusted: peerIsTrusted })
  if (clean.kind === 'rejected') return refuse(400, clean.reason)
  const { headers } = clean

  const framed = requestFraming(raw, httpVersion)
  if (framed.kind === 'rejected') return refuse(framed.status, framed.reason)

  const hosts = headers.getAll('host')
  const written = hosts[0]
  const authority = written === undefined || hosts.length > 1 ? undefined : parseAuthority(written)
  if (authority === undefined || written === undefined)
    return refuse(400, hosts.length > 1 ? 'duplicate-host' : 'bad-host')

  const target = parseRequestTarget(inbound.target)
  if (target.kind === 'rejected') return refuse(400, target.reason)
  if (target.kind === 'asterisk') {
    if (method !== 'OPTIONS') return refuse(400, 'bad-target')
    return {
      kind: 'refused',
      status: 204,
      reason: 'options-asterisk',
      close: framed.framing.kind !== 'none',
      headers: [allow],
      request: refused,
    }
  }
  if (target.authority !== undefined && target.authority.toLowerCase() !== written.toLowerCase()) {
    return refuse(400, 'host-differs-from-target')
  }

  const expectations = httpVersion === '1.1' ? listTokens(headers.getAll('expect')) : []
  if (expectations.some(expectation => expectation !== '100-continue')) return refuse(417, 'expectation')

  const path = canonical(target.rawPath, options.canonicalPath)
  if (path === undefined) return refuse(500, 'canonical-path-threw')
  if (path.kind === 'rejected') return refuse(400, `path-${path.reason}`)

  const client = clientAddress(peer, peerIsTrusted ? headers.getAll('x-forwarded-for') : [], options.trusts)
  const head: RequestHead = {
    method,
    scheme: peerIsTrusted ? (vouchedScheme(headers.getAll('x-forwarded-proto')) ?? inbound.scheme) : inbound.scheme,
    httpVersion,
    host: authority.host,
    authority: written,
    path: path.path,
    matchPath: path.matchPath,
    query: target.query,
    headers,
    clientAddress: client,
    requestId,
    ...(inbound.upgrade === undefined ? {} : { upgrade: inbound.upgrade }),
    ...(inbound.tls === undefined ? {} : { tls: inbound.tls }),
  }
  return {
    kind: 'accepted',
    request: accepted(head, { peer, peerIsTrusted, expectsContinue: expectations.length > 0, framing: framed.framing }),
  }
}

// RFC 9110 §15.5.6 asks for Allow in 405; the methods backends may accept are not ours to know, so these are the usual ones.
const allow = ['Allow', 'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS'] as const

function accepted(
  head: RequestHead,
  facts: { peer: string; peerIsTrusted: boolean; expectsContinue: boolean; framing: AcceptedRequest['framing'] },
): AcceptedRequest {
  const hasBody = framedBytes(facts.framing) !== 0
  return {
    head,
    framing: facts.framing,
    expectsContinue: facts.expectsContinue && hasBody,
    acceptsTrailers: head.httpVersion !== '1.0' && listTokens(head.headers.getAll('te')).includes('trailers'),
    peerAddress: isIP(facts.peer) === 0 ? 'unknown' : facts.peer,
    peerIsTrusted: facts.peerIsTrusted,
  }
}

/** A throw in code that was passed in must not end the process because of one client's path. */
function canonical(rawPath: string, canonicalPath: CanonicalPath): ReturnType<CanonicalPath> | undefined {
  try {
    return canonicalPath(rawPath)
  } catch {
    return undefined
  }
}

function keptRequestId(values: readonly string[]): string | undefined {
  const [only] = values
  return values.length === 1 && only !== undefined && /^[\x21-\x7e]{1,128}$/.test(only) ? only : undefined
}

function vouchedScheme(values: readonly string[]): 'http' | 'https' | undefined {
  const last = listTokens(values).at(-1)
  return last === 'http' || last === 'https' ? last : undefined
}
