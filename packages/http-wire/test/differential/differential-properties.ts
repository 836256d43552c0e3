/** The properties that are fuzzed: agreement with node:http, and readings that do not depend on how the bytes were cut. */

import { array, asyncProperty, constantFrom, nat, oneof, tuple, type Arbitrary, type IAsyncProperty } from 'fast-check'
import { answerDifference } from './compare-answers.ts'
import { requestDifference } from './compare-requests.ts'
import { corpusMessages } from './corpus-messages.ts'
import { answerBytes, requestBytes } from './message-grammar.ts'
import { cutAt, type AnswerReading, type RequestReading } from './message-reading.ts'
import { mutations } from './mutations.ts'
import { nodeAnswer } from './node-answers.ts'
import { NodeRequestReader } from './node-requests.ts'
import { wireAnswer } from './wire-answers.ts'
import { wireRequests } from './wire-requests.ts'

/** How often what came of a message, to see that the generator is worth its time. */
export type Tally = Map<string, number>

const cuts: Arbitrary<number[]> = array(nat(4000), { maxLength: 6 })

/** What we accept of requests, node:http accepts alike, cut anywhere. */
export function requestProperty(tally: Tally): IAsyncProperty<[string, number[]]> {
  const theirs = new NodeRequestReader()
  return asyncProperty(damaged(requestBytes, corpusMessages('request')), cuts, async (bytes, places) => {
    const pieces = cutAt(bytes, places)
    const ours = wireRequests(pieces)
    count(tally, `${ours.messages.length > 0 ? 'accepted' : 'nothing'}, then ${ours.ending}`)
    fail(requestDifference(bytes, ours, await theirs.read(pieces)))
    fail(cutDifference(wireRequests([bytes]), ours))
  })
}

/** What we accept of an answer, node:http accepts alike, cut anywhere. */
export function answerProperty(tally: Tally): IAsyncProperty<[string, string, number[]]> {
  const method = constantFrom('GET', 'GET', 'HEAD', 'POST')
  return asyncProperty(damaged(answerBytes, corpusMessages('answer')), method, cuts, async (bytes, asked, places) => {
    const pieces = cutAt(bytes, places)
    const ours = wireAnswer(pieces, asked)
    count(tally, ours.kind)
    fail(answerDifference(bytes, ours, await nodeAnswer(pieces, asked)))
    fail(cutDifference(wireAnswer([bytes], asked), ours))
  })
}

function damaged(generated: Arbitrary<string>, corpus: ReadonlyMap<string, string>): Arbitrary<string> {
  const written = constantFrom(...corpus.values())
  return tuple(oneof({ weight: 2, arbitrary: generated }, { weight: 1, arbitrary: written }), mutations).map(
    ([bytes, mutate]) => mutate(bytes),
  )
}

/** A fault may be noticed later when the bytes come in pieces; what is accepted, and what is refused for, is the same. */
function cutDifference<Reading extends RequestReading | AnswerReading>(
  whole: Reading,
  pieces: Reading,
): string | undefined {
  const expected = JSON.stringify(whole)
  const got = JSON.stringify(pieces)
  if (expected === got) return undefined
  const isLate = isRefused(whole) && isWaiting(pieces) && messagesOf(whole) === messagesOf(pieces)
  return isLate ? undefined : `in one piece ${expected}, in several ${got}`
}

function isRefused(reading: RequestReading | AnswerReading): boolean {
  return 'kind' in reading ? reading.kind === 'refused' : reading.ending === 'refused'
}

function isWaiting(reading: RequestReading | AnswerReading): boolean {
  return 'kind' in reading ? reading.kind === 'cut' : reading.ending === 'within'
}

function messagesOf(reading: RequestReading | AnswerReading): string {
  return 'messages' in reading ? JSON.stringify(reading.messages) : ''
}

function count(tally: Tally, what: string): void {
  tally.set(what, (tally.get(what) ?? 0) + 1)
}

function fail(difference: string | undefined): void {
  if (difference !== undefined) throw new Error(difference)
}
