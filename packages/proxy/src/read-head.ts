/** From a head as parsed to a request that may be routed, or the refusal it gets: the gate in front of every route. */

import { METHODS } from 'node:http'
import { checkRequest, faultStatus, listTokens, type Fields } from '@ingresskit/http-wire'
import { areValidFields, cleanHeaders } from './clean-headers.ts'
import { clientAddress } from './client-address.ts'
import { framedBytes, type HeadOutcome, type InboundHead } from './inbound-head.ts'
import type { RequestHead } from './request-head.ts'
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
  const { httpVersion, method, fields, peer } = inbound
  const requestId = keptRequestId(fields) ?? options.newRequestId()
  if (httpVersion !== '1.1' && httpVersion !== '1.0')
    return refuse(inbound, requestId, { status: 505, reason: 'http-version' })
  if (fields.count > options.maxHeaderCount)
    return refuse(inbound, requestId, { status: 431, reason: 'too-many-headers' })
  if (!servedMethods.has(method)) return refuse(inbound, requestId, refusedMethod(method))
  if (inbound.checked === undefined && !areValidFields(fields.flat))
    return refuse(inbound, requestId, { status: 400, reason: 'bad-header-field' })

  const checked = inbound.checked ?? checkRequest({ method, target: inbound.target, httpVersion, fields })
  if (typeof checked === 'string') return refuse(inbound, requestId, { status: faultStatus(checked), reason: checked })
  const { authority, writtenHost, target } = checked
  if (authority === undefined || writtenHost === undefined)
    return refuse(inbound, requestId, { status: 400, reason: 'bad-host' })
  const clean = cleanHeaders(fields, peer)
  if (clean.kind === 'rejected') return refuse(inbound, requestId, { status: 400, reason: clean.reason })
  const { headers } = clean
  if (target.kind !== 'path') {
    return refuse(inbound, requestId, {
      status: 204,
      reason: 'options-asterisk',
      headers: [allow],
      close: checked.framing.kind !== 'none',
    })
  }

  const expectsContinue = httpVersion === '1.1' && headers.has('expect')
  if (expectsContinue && listTokens(headers.getAll('expect')).some(expectation => expectation !== '100-continue'))
    return refuse(inbound, requestId, { status: 417, reason: 'expectation' })

  const path = canonical(target.rawPath, options.canonicalPath)
  if (path === undefined) return refuse(inbound, requestId, { status: 500, reason: 'canonical-path-threw' })
  if (path.kind === 'rejected') return refuse(inbound, requestId, { status: 400, reason: `path-${path.reason}` })

  const head: RequestHead = {
    method,
    scheme: peer.isTrusted ? (vouchedScheme(headers) ?? inbound.scheme) : inbound.scheme,
    httpVersion,
    host: authority.host,
    authority: writtenHost,
    path: path.path,
    matchPath: path.matchPath,
    query: target.query,
    headers,
    clientAddress: peer.isTrusted
      ? clientAddress(peer.address, headers.getAll('x-forwarded-for'), options.trusts)
      : peer.address,
    requestId,
    upgrade: inbound.upgrade,
    tls: inbound.tls,
  }
  return {
    kind: 'accepted',
    request: {
      head,
      framing: checked.framing,
      port: authority.port,
      expectsContinue: expectsContinue && framedBytes(checked.framing) !== 0,
      acceptsTrailers:
        httpVersion === '1.1' && headers.has('te') && listTokens(headers.getAll('te')).includes('trailers'),
      peer,
    },
  }
}

// RFC 9110 §15.5.6 asks for Allow in 405; the methods backends may accept are not ours to know, so these are the usual ones.
const allow = ['Allow', 'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS'] as const

/** Those that Node's own parser knows, a list somebody keeps, but for the two that are never served; the same for every codec. */
const servedMethods: ReadonlySet<string> = new Set(METHODS.filter(method => method !== 'TRACE' && method !== 'CONNECT'))

interface Refusal {
  readonly status: number
  readonly reason: string
  readonly headers?: readonly (readonly [string, string])[]
  /** Default: the connection closes. */
  readonly close?: boolean
}

function refusedMethod(method: string): Refusal {
  return method === 'TRACE' || method === 'CONNECT'
    ? { status: 405, reason: 'method-refused', headers: [allow] }
    : { status: 501, reason: 'unknown-method' }
}

function refuse(inbound: InboundHead, requestId: string, { status, reason, headers, close }: Refusal): HeadOutcome {
  return {
    kind: 'refused',
    status,
    reason,
    close: close ?? true,
    headers: headers ?? [],
    request: {
      requestId,
      clientAddress: inbound.peer.address,
      method: inbound.method,
      scheme: inbound.scheme,
      target: inbound.target,
      accept: inbound.fields.getAll('accept').join(','),
    },
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

function keptRequestId(fields: Fields): string | undefined {
  const only = fields.get('x-request-id')
  if (only === undefined || fields.repeats('x-request-id')) return undefined
  return /^[\x21-\x7e]{1,128}$/.test(only) ? only : undefined
}

function vouchedScheme(headers: Fields): 'http' | 'https' | undefined {
  const last = listTokens(headers.getAll('x-forwarded-proto')).at(-1)
  return last === 'http' || last === 'https' ? last : undefined
}
