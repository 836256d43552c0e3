/** The head of an answer from the octets of a connection (RFC 9112 §4): as strict as with requests. */

import { answerFraming, type AnswerFraming, type FramingFault } from './body-framing.ts'
import type { HeadLimits } from './head-limits.ts'
import { CR, LF, valueOctets } from './octets.ts'
import { parseFields, type FieldFault } from './parse-fields.ts'
import { WireFields } from './wire-fields.ts'

/** A well-formed answer head, final or interim. */
export interface AnswerHead {
  readonly kind: 'head'
  /** 100 to 999. */
  readonly status: number
  /** As sent; may be empty. */
  readonly reasonPhrase: string
  /** Of the status line. */
  readonly httpVersion: '1.0' | '1.1'
  /** As received. */
  readonly fields: WireFields
  /** Where the body ends. */
  readonly framing: AnswerFraming
  /** Octets of the head: the body or the next answer begins there. */
  readonly length: number
}

/** Why an answer head is refused; the words are stable. */
export type AnswerFault = FieldFault | FramingFault | 'bad-status-line' | 'head-too-long'

/** What became of an attempt to read an answer's head. */
export type AnswerHeadOutcome =
  | AnswerHead
  | { readonly kind: 'incomplete' }
  | { readonly kind: 'malformed'; readonly fault: AnswerFault }

const incomplete: AnswerHeadOutcome = { kind: 'incomplete' }

/**
 * Reads a head from the beginning of `text`, one character for each octet (latin1). The method is that of the request that is
 * answered: HEAD has answers without a body. Cost: O(octets of the head).
 */
export function parseAnswerHead(
  text: string,
  requestMethod: string,
  limits: Pick<HeadLimits, 'maxHeadBytes' | 'maxFieldCount'>,
): AnswerHeadOutcome {
  const values = valueOctets
  const { length } = text
  // "HTTP/1.1 200 " or, from servers that leave out the space before an empty phrase, "HTTP/1.1 200\r".
  if (length < 13) return couldBegin(text) ? incomplete : malformed('bad-status-line')
  const isNew = text.startsWith('HTTP/1.1 ')
  if (!isNew && !text.startsWith('HTTP/1.0 ')) return malformed('bad-status-line')
  const status = statusAt(text, 9)
  if (status < 100) return malformed('bad-status-line')

  let at = 12
  if (text.charCodeAt(at) === 0x20) at++
  const phraseStart = at
  while (values[text.charCodeAt(at)] === 1) at++
  if (at >= length) return unfinished(length, limits)
  if (text.charCodeAt(at) !== CR || (phraseStart === 12 && at > 12)) return malformed('bad-status-line')
  if (at + 1 >= length) return incomplete
  if (text.charCodeAt(at + 1) !== LF) return malformed('bare-cr')

  const fields = parseFields(text, at + 2, limits.maxFieldCount)
  if (fields === 'incomplete') return unfinished(length, limits)
  if (!(fields instanceof WireFields)) return malformed(fields)
  if (fields.end > limits.maxHeadBytes) return malformed('head-too-long')

  const httpVersion = isNew ? '1.1' : '1.0'
  const framing = answerFraming({ status, fields, httpVersion }, requestMethod)
  if (typeof framing === 'string') return malformed(framing)
  return {
    kind: 'head',
    status,
    reasonPhrase: text.slice(phraseStart, at),
    httpVersion,
    fields,
    framing,
    length: fields.end,
  }
}

function statusAt(text: string, at: number): number {
  let status = 0
  for (let i = at; i < at + 3; i++) {
    const digit = text.charCodeAt(i) - 0x30
    if (digit < 0 || digit > 9) return -1
    status = status * 10 + digit
  }
  return status
}

function unfinished(length: number, { maxHeadBytes }: Pick<HeadLimits, 'maxHeadBytes'>): AnswerHeadOutcome {
  return length > maxHeadBytes ? malformed('head-too-long') : incomplete
}

function couldBegin(text: string): boolean {
  return /^(H|HT|HTT|HTTP|HTTP\/|HTTP\/1|HTTP\/1\.|HTTP\/1\.[01]( ([0-9]{0,3}|[0-9]{3}[ \r]))?)?$/.test(text)
}

function malformed(fault: AnswerFault): AnswerHeadOutcome {
  return { kind: 'malformed', fault }
}
