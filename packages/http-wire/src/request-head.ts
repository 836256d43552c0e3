/** The head of a request from the octets of a connection (RFC 9112 §2, §3): strict, and never repaired. */

import { checkRequest, type CheckedRequest, type RequestFault } from './check-request.ts'
import type { HeadLimits } from './head-limits.ts'
import { CR, LF, SP, tokenOctets, visibleOctets } from './octets.ts'
import { parseFields, type FieldFault } from './parse-fields.ts'
import { WireFields } from './wire-fields.ts'

/** A well-formed request head. */
export interface RequestHead extends CheckedRequest {
  readonly kind: 'head'
  /** A token (RFC 9110 §5.6.2); case matters. Which methods are served is not decided here. */
  readonly method: string
  /** The request target as sent. */
  readonly rawTarget: string
  /** Of the request line. */
  readonly httpVersion: '1.0' | '1.1'
  /** As received. */
  readonly fields: WireFields
  /** Octets of the head: the body or the next request begins there. */
  readonly length: number
}

/** Why a head is refused; the words are stable. */
export type HeadFault =
  | FieldFault
  | RequestFault
  | 'bad-request-line'
  | 'http-version'
  | 'request-line-too-long'
  | 'head-too-long'

/** What became of an attempt to read a head. */
export type RequestHeadOutcome =
  | RequestHead
  /** More octets are needed; what there is could be the beginning of a head. */
  | { readonly kind: 'incomplete' }
  /** `status` is what the client is to be told. */
  | { readonly kind: 'malformed'; readonly fault: HeadFault; readonly status: 400 | 414 | 431 | 501 | 505 }

const incomplete: RequestHeadOutcome = { kind: 'incomplete' }

/**
 * Reads a head from the beginning of `text`, one character for each octet (latin1); what follows the head is not looked at.
 *
 * One empty line before the request line is skipped (RFC 9112 §2.2). Cost: O(octets of the head); the fields stay in
 * `text`.
 */
export function parseRequestHead(text: string, limits: HeadLimits): RequestHeadOutcome {
  const tokens = tokenOctets
  const visible = visibleOctets
  const { length } = text
  let start = 0
  if (text.charCodeAt(0) === CR) {
    if (length === 1) return incomplete
    if (text.charCodeAt(1) !== LF) return malformed('bare-cr')
    start = 2
  }
  let at = start
  while (tokens[text.charCodeAt(at)] === 1) at++
  if (at - start > limits.maxRequestLineBytes) return malformed('request-line-too-long')
  if (at >= length) return incomplete
  if (text.charCodeAt(at) !== SP || at === start) return malformed('bad-request-line')
  const method = methodAt(text, start, at)

  const targetStart = ++at
  while (visible[text.charCodeAt(at)] === 1) at++
  if (at - start > limits.maxRequestLineBytes) return malformed('request-line-too-long')
  if (at >= length) return incomplete
  const code = text.charCodeAt(at)
  if (code !== SP || at === targetStart) return malformed(targetFault(text, targetStart, at))
  const rawTarget = text.slice(targetStart, at)

  if (at + versionLength - start > limits.maxRequestLineBytes) return malformed('request-line-too-long')
  const httpVersion = versionAt(text, at + 1)
  if (httpVersion === undefined) return versionOutcome(text, at + 1)
  const fields = parseFields(text, at + 11, limits.maxFieldCount)
  if (fields === 'incomplete') return length > limits.maxHeadBytes ? malformed('head-too-long') : incomplete
  if (!(fields instanceof WireFields)) return malformed(fields)
  if (fields.end > limits.maxHeadBytes) return malformed('head-too-long')

  const checked = checkRequest({ method, target: rawTarget, httpVersion, fields })
  if (typeof checked === 'string') return malformed(checked)
  return {
    kind: 'head',
    method,
    rawTarget,
    httpVersion,
    fields,
    length: fields.end,
    framing: checked.framing,
    target: checked.target,
    writtenHost: checked.writtenHost,
    authority: checked.authority,
  }
}

/** The status that a refused head is answered with. */
export function faultStatus(fault: HeadFault): 400 | 414 | 431 | 501 | 505 {
  switch (fault) {
    case 'http-version':
      return 505
    case 'request-line-too-long':
      return 414
    case 'head-too-long':
    case 'too-many-fields':
      return 431
    case 'transfer-coding-not-served':
      return 501
    default:
      return 400
  }
}

function malformed(fault: HeadFault): RequestHeadOutcome {
  return { kind: 'malformed', fault, status: faultStatus(fault) }
}

function versionAt(text: string, at: number): '1.0' | '1.1' | undefined {
  if (text.startsWith('HTTP/1.1\r\n', at)) return '1.1'
  return text.startsWith('HTTP/1.0\r\n', at) ? '1.0' : undefined
}

/** A space and a version. */
const versionLength = ' HTTP/1.1'.length

/** The usual methods as constants: their hash is known, and comparing them costs nothing. */
function methodAt(text: string, start: number, end: number): string {
  if (end - start === 3 && text.startsWith('GET', start)) return 'GET'
  if (end - start === 4)
    return text.startsWith('POST', start) ? 'POST' : text.startsWith('HEAD', start) ? 'HEAD' : text.slice(start, end)
  return text.slice(start, end)
}

/** 0 stands for any digit. */
const versionShape = 'HTTP/0.0\r\n'

/** Neither of the two versions: a beginning of one, another version, or no version at all. */
function versionOutcome(text: string, at: number): RequestHeadOutcome {
  const rest = text.slice(at, at + versionShape.length)
  for (let index = 0; index < rest.length; index++) {
    const code = rest.charCodeAt(index)
    const expected = versionShape.charCodeAt(index)
    const isRight = expected === 0x30 ? code >= 0x30 && code <= 0x39 : code === expected
    if (!isRight) return malformed(index === 9 ? 'bare-cr' : 'bad-request-line')
  }
  return rest.length < versionShape.length ? incomplete : malformed('http-version')
}

function targetFault(text: string, targetStart: number, at: number): HeadFault {
  const code = text.charCodeAt(at)
  if (at === targetStart) return 'bad-request-line'
  // A request line without a version: HTTP/0.9.
  if (code === CR || code === LF) return code === CR ? 'http-version' : 'bare-lf'
  return code >= 0x80 ? 'target-not-ascii' : 'bad-request-line'
}
