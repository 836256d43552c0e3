/** Where the body of a message ends (RFC 9112 §6), accepted only when there is one reading of it. */

import { isNamed, listTokens, type Fields } from './field-list.ts'

/** `length` with 0 octets is kept apart from `none`: the framing that was chosen can be passed on. */
export type BodyFraming =
  | { readonly kind: 'none' }
  | { readonly kind: 'length'; readonly bytes: number }
  | { readonly kind: 'chunked' }

/** Why the framing of a message is refused; the words are stable. */
export type FramingFault =
  | 'length-and-transfer-encoding'
  | 'transfer-encoding-on-http-1.0'
  | 'transfer-coding-not-served'
  | 'bad-transfer-encoding'
  | 'bad-content-length'

const noBody: BodyFraming = { kind: 'none' }
const chunkedBody: BodyFraming = { kind: 'chunked' }

/** Below Number.MAX_SAFE_INTEGER, and above any body. */
const maxLengthDigits = 15
const otherCodings = new Set(['gzip', 'x-gzip', 'deflate', 'compress', 'x-compress'])

/** The framing of a request. `transfer-coding-not-served` is for codings that exist (501); every other fault is a bad request (400). */
export function requestFraming(fields: Fields, httpVersion: string): BodyFraming | FramingFault {
  const coding = fields.get('transfer-encoding')
  const length = fields.get('content-length')
  if (coding === undefined) return length === undefined ? noBody : lengthFraming(fields, length)
  if (length !== undefined) return 'length-and-transfer-encoding'
  if (httpVersion === '1.0') return 'transfer-encoding-on-http-1.0'
  return transferFraming(fields, coding)
}

/** How the body of an answer ends: as in a request, or `until-close`. */
export type AnswerFraming = BodyFraming | { readonly kind: 'until-close' }

const untilClose: AnswerFraming = { kind: 'until-close' }

/**
 * The framing of an answer (RFC 9112 §6.3). Answers to HEAD and 1xx, 204 and 304 have no body, whatever their fields say, but
 * these must make sense. `Transfer-Encoding` in HTTP/1.0 is a fault here too.
 */
export function answerFraming(
  head: { readonly status: number; readonly fields: Fields; readonly httpVersion: string },
  requestMethod: string,
): AnswerFraming | FramingFault {
  const framing = requestFraming(head.fields, head.httpVersion)
  if (typeof framing === 'string') return framing
  const { status } = head
  if (requestMethod === 'HEAD' || status < 200 || status === 204 || status === 304) return noBody
  return framing.kind === 'none' ? untilClose : framing
}

function lengthFraming(fields: Fields, length: string): BodyFraming | FramingFault {
  // Equal repeats too: whoever writes the length twice did not write the head alone (RFC 9112 §6.3 allows refusing them).
  const bytes = decimal(length)
  return bytes < 0 || fields.repeats('content-length') ? 'bad-content-length' : { kind: 'length', bytes }
}

/** The value of 1*DIGIT, or -1. */
function decimal(text: string): number {
  if (text.length === 0 || text.length > maxLengthDigits) return -1
  let value = 0
  for (let at = 0; at < text.length; at++) {
    const digit = text.charCodeAt(at) - 0x30
    if (digit < 0 || digit > 9) return -1
    value = value * 10 + digit
  }
  return value
}

function transferFraming(fields: Fields, coding: string): BodyFraming | FramingFault {
  if (!fields.repeats('transfer-encoding') && isNamed(coding, 'chunked')) return chunkedBody
  const tokens = listTokens(fields.getAll('transfer-encoding'))
  const known = tokens.at(-1) === 'chunked' && tokens.slice(0, -1).every(token => otherCodings.has(token))
  return known && tokens.length > 1 ? 'transfer-coding-not-served' : 'bad-transfer-encoding'
}
