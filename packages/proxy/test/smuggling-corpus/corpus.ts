/** All cases, family by family. */

import { answerChunkCases, shortAnswerCases } from './answer-bodies.ts'
import type { AnswerCase } from './answer-case.ts'
import { answerFieldCases, answerFramingCases, statusLineCases } from './answer-heads.ts'
import { answerHopCases, answerQueueCases, interimAnswerCases } from './answer-queues.ts'
import { chunkEndCases, chunkExtensionCases, chunkSizeCases } from './chunk-framing.ts'
import { nominatedFieldCases, upgradeCases } from './connection-options.ts'
import { contentLengthCases } from './content-lengths.ts'
import { fieldLineCases } from './field-lines.ts'
import { hostCases } from './hosts.ts'
import { lengthAndCodingCases } from './length-and-coding.ts'
import { lineEndCases } from './line-ends.ts'
import { requestLineCases } from './request-lines.ts'
import { expectationCases, ignoredLengthCases, pipelineCases } from './sequences.ts'
import type { SmugglingCase } from './smuggling-case.ts'
import { trailerCases } from './trailers.ts'
import { transferCodingCases } from './transfer-codings.ts'

export interface Family<Case> {
  readonly title: string
  readonly cases: readonly Case[]
}

export const requestFamilies: readonly Family<SmugglingCase>[] = [
  { title: 'CL.TE and TE.CL: two framings at once', cases: lengthAndCodingCases },
  { title: 'TE.TE: spellings of Transfer-Encoding', cases: transferCodingCases },
  { title: 'Spellings of Content-Length', cases: contentLengthCases },
  { title: 'Chunk sizes', cases: chunkSizeCases },
  { title: 'Ends of chunks', cases: chunkEndCases },
  { title: 'Chunk extensions', cases: chunkExtensionCases },
  { title: 'Trailers', cases: trailerCases },
  { title: 'Bare LF and bare CR', cases: lineEndCases },
  { title: 'Field names and values', cases: fieldLineCases },
  { title: 'Request lines', cases: requestLineCases },
  { title: 'Host, authority and absolute form', cases: hostCases },
  { title: 'Fields nominated in Connection', cases: nominatedFieldCases },
  { title: 'Upgrade and h2c', cases: upgradeCases },
  { title: 'Expect', cases: expectationCases },
  { title: 'Pipelines', cases: pipelineCases },
  { title: 'CL.0, 0.CL and TE.0: bodies that are requests', cases: ignoredLengthCases },
]

export const requestCases: readonly SmugglingCase[] = requestFamilies.flatMap(({ cases }) => cases)

export const answerFamilies: readonly Family<AnswerCase>[] = [
  { title: 'Framing of answers', cases: answerFramingCases },
  { title: 'Fields of answers, and response splitting', cases: answerFieldCases },
  { title: 'Status lines', cases: statusLineCases },
  { title: 'Response-queue poisoning', cases: answerQueueCases },
  { title: 'Interim answers', cases: interimAnswerCases },
  { title: 'Chunks of answers', cases: answerChunkCases },
  { title: 'Answers cut short', cases: shortAnswerCases },
  { title: 'Hop-by-hop fields of answers', cases: answerHopCases },
]

export const answerCases: readonly AnswerCase[] = answerFamilies.flatMap(({ cases }) => cases)
