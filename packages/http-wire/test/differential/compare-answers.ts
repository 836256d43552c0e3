/** Whether two readings of the same answer agree: what we accept, node:http must read alike; what we refuse and it does not needs a reason. */

import { answerStrictness, isListed } from './listed-differences.ts'
import type { AnswerReading } from './message-reading.ts'

/** Says what differs and is not listed, or nothing. */
export function answerDifference(bytes: string, ours: AnswerReading, theirs: AnswerReading): string | undefined {
  const difference = anyDifference(ours, theirs)
  return difference === undefined || isListed(bytes) ? undefined : difference
}

function anyDifference(ours: AnswerReading, theirs: AnswerReading): string | undefined {
  if (ours.kind === 'whole') {
    if (theirs.kind !== 'whole')
      return `node:http does not read it: ${theirs.kind === 'refused' ? theirs.fault : theirs.kind}`
    if (JSON.stringify(ours.answer) === JSON.stringify(theirs.answer)) return undefined
    return `we read ${JSON.stringify(ours.answer)}, node:http ${JSON.stringify(theirs.answer)}`
  }
  if (theirs.kind !== 'whole') return undefined
  if (ours.kind === 'cut') return `we wait, node:http reads ${JSON.stringify(theirs.answer)}`
  return answerStrictness.has(ours.fault) ? undefined : `we refuse (${ours.fault}), node:http does not`
}
