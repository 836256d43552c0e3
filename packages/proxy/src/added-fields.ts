/** Fields that a decision adds to the answer of a backend. */

import { CONTENT_LENGTH, HOP_BY_HOP, kindOf } from './field-kind.ts'
import { isFieldValue, isToken } from './field-syntax.ts'
import type { AnsweredBy, ForwardDecision } from './route-decision.ts'

/** Gives them for the answer that is passed on; asked once. */
export interface AddedFields {
  /** As `[name, value, …]`. */
  addedFields(): readonly string[]
}

/** What `answerHeaders` says, without what must not be sent; nothing at all when it throws. */
export function addedFields(
  answerHeaders: NonNullable<ForwardDecision['answerHeaders']>,
  answer: AnsweredBy,
): readonly string[] {
  const flat: string[] = []
  try {
    for (const [name, value] of answerHeaders(answer)) if (maySend(name, value)) flat.push(name, value)
  } catch {
    return []
  }
  return flat
}

/** Field lines of a head, each with its line end. */
export function fieldLines(flat: readonly string[]): string {
  let text = ''
  for (let at = 0; at + 1 < flat.length; at += 2) text += `${flat[at] ?? ''}: ${flat[at + 1] ?? ''}\r\n`
  return text
}

function maySend(name: string, value: string): boolean {
  return isToken(name) && isFieldValue(value) && (kindOf(name) & (HOP_BY_HOP | CONTENT_LENGTH)) === 0
}
