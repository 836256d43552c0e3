/** An answer as our parser reads it, piece by piece, put together as an upstream connection does it. */

import { parseAnswerHead, type AnswerHead } from '../../src/answer-head.ts'
import { BodyReader } from '../../src/body-reader.ts'
import { defaultHeadLimits } from '../../src/head-limits.ts'
import { HeadText } from '../../src/head-text.ts'
import type { AnswerReading } from './message-reading.ts'

/** Reads the pieces up to the end of the final answer; the connection ends behind them. */
export function wireAnswer(pieces: readonly string[], requestMethod: string): AnswerReading {
  const interim: number[] = []
  const { maxHeadBytes } = defaultHeadLimits
  const headText = new HeadText(maxHeadBytes, text => parseAnswerHead(text, requestMethod, defaultHeadLimits))
  const body = new BodyReader()
  let head: AnswerHead | undefined
  let data = ''
  const whole = (final: AnswerHead): AnswerReading => {
    const { status, reasonPhrase, httpVersion, fields } = final
    const trailers = body.trailers?.flat ?? []
    return {
      kind: 'whole',
      interim,
      answer: { status, phrase: reasonPhrase, version: httpVersion, flat: fields.flat, body: data, trailers },
    }
  }
  for (const piece of pieces) {
    const buffer = Buffer.from(piece, 'latin1')
    let at = 0
    while (at < buffer.length) {
      if (head === undefined) {
        const outcome = headText.read(buffer, at, buffer.length)
        if (outcome.kind === 'malformed') return { kind: 'refused', fault: outcome.fault }
        if (outcome.kind === 'incomplete') break
        at = headText.next
        if (outcome.status === 101) return { kind: 'refused', fault: 'switching-protocols' }
        if (outcome.status < 200) {
          interim.push(outcome.status)
          continue
        }
        head = outcome
        body.begin(head.framing)
        if (body.isDone) return whole(head)
      }
      const progress = body.take(buffer, at, buffer.length)
      if (progress === 'malformed' || progress === 'too-long') return { kind: 'refused', fault: `body-${progress}` }
      data += buffer.toString('latin1', at, body.dataEnd)
      at = body.next
      if (progress === 'done') return whole(head)
    }
  }
  return head?.framing.kind === 'until-close' ? whole(head) : { kind: 'cut' }
}
