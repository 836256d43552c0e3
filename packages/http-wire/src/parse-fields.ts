/** A section of field lines (RFC 9112 §5), read with one pass over its octets and nothing repaired. */

import { COLON, CR, LF, SP, TAB, tokenOctets, valueOctets } from './octets.ts'
import { marksOfField, nameSignature, WireFields } from './wire-fields.ts'

/** Why a field section is refused; the words are stable. */
export type FieldFault =
  | 'bare-cr'
  | 'bare-lf'
  | 'control-in-field'
  | 'empty-field-name'
  | 'bad-field-name'
  | 'space-before-colon'
  | 'folded-field'
  | 'too-many-fields'

/** Reads field lines from `start` up to and including the empty line. Cost: O(octets), with one array whatever their number. */
export function parseFields(text: string, start: number, maxCount: number): WireFields | FieldFault | 'incomplete' {
  // In variables of this function: a table that is looked up through its module costs half as much again for each octet.
  const names = tokenOctets
  const values = valueOctets
  const marks = scratch
  let used = 0
  let seen = 0
  let isPlain = true
  const { length } = text
  let at = start
  while (at < length) {
    if (text.charCodeAt(at) === CR) {
      if (at + 1 >= length) return 'incomplete'
      if (text.charCodeAt(at + 1) !== LF) return 'bare-cr'
      return new WireFields({ text, marks: marks.slice(0, used), end: at + 2, seen, isPlain })
    }
    if (used >= marksOfField * maxCount) return 'too-many-fields'

    // Past the end of the text there is no octet, which is in no table either.
    const nameStart = at
    while (names[text.charCodeAt(at)] === 1) at++
    if (at >= length) return 'incomplete'
    if (text.charCodeAt(at) !== COLON) return nameFault(text, nameStart, at)
    if (at === nameStart) return 'empty-field-name'
    const nameEnd = at

    at++
    while (isBlank(text.charCodeAt(at))) at++
    const valueStart = at
    while (values[text.charCodeAt(at)] === 1) at++
    if (at + 1 >= length) return at < length ? unfinished(text.charCodeAt(at)) : 'incomplete'
    if (text.charCodeAt(at) !== CR || text.charCodeAt(at + 1) !== LF) return lineFault(text.charCodeAt(at))
    let valueEnd = at
    while (valueEnd > valueStart && isBlank(text.charCodeAt(valueEnd - 1))) valueEnd--
    marks[used] = nameStart
    marks[used + 1] = nameEnd
    marks[used + 2] = valueStart
    marks[used + 3] = valueEnd
    used += marksOfField
    seen |= nameSignature(text.charCodeAt(nameStart), nameEnd - nameStart)
    if (valueStart !== nameEnd + 2 || text.charCodeAt(nameEnd + 1) !== SP || valueEnd !== at) isPlain = false
    at += 2
  }
  return 'incomplete'
}

/** Filled by one call and copied at its end: growing an array costs more than the copy. Never as long as a client wants: fields are counted. */
const scratch: number[] = []

function isBlank(code: number): boolean {
  return code === SP || code === TAB
}

/** The text ends with an octet that is no part of a value: only CR may be waiting for its LF. */
function unfinished(code: number): FieldFault | 'incomplete' {
  return code === CR ? 'incomplete' : lineFault(code)
}

function lineFault(code: number): FieldFault {
  return code === CR ? 'bare-cr' : code === LF ? 'bare-lf' : 'control-in-field'
}

function nameFault(text: string, nameStart: number, at: number): FieldFault {
  const code = text.charCodeAt(at)
  if (isBlank(code)) return at === nameStart ? 'folded-field' : 'space-before-colon'
  if (code === LF) return 'bare-lf'
  return code === CR ? 'bad-field-name' : code < SP || code === 0x7f ? 'control-in-field' : 'bad-field-name'
}
