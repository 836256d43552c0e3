/** Our parsers against node:http's, on the corpus and on random messages; FUZZ_SECONDS and FUZZ_SEED say for how long and from where. */

import { assert, interruptAfterTimeLimit, type IAsyncProperty } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { answerDifference } from './compare-answers.ts'
import { requestDifference } from './compare-requests.ts'
import { corpusMessages } from './corpus-messages.ts'
import { answerProperty, requestProperty, type Tally } from './differential-properties.ts'
import { cutAt } from './message-reading.ts'
import { nodeAnswer } from './node-answers.ts'
import { NodeRequestReader } from './node-requests.ts'
import { wireAnswer } from './wire-answers.ts'
import { wireRequests } from './wire-requests.ts'

/** For requests and for answers together. */
const fuzzMs = Number(process.env['FUZZ_SECONDS'] ?? 5) * 1000
const seed = Number(process.env['FUZZ_SEED'] ?? Date.now() % 2 ** 31)

const everyByte = (bytes: string): readonly string[] =>
  cutAt(
    bytes,
    Array.from(bytes, (_, at) => at),
  )

async function fuzz<Sample>(property: (tally: Tally) => IAsyncProperty<Sample>): Promise<Tally> {
  const tally: Tally = new Map()
  console.info(`seed ${seed}`)
  await assert(property(tally), {
    seed,
    numRuns: Number.MAX_SAFE_INTEGER,
    plugins: [interruptAfterTimeLimit(fuzzMs / 2)],
  })
  return tally
}

describe('what we accept, node:http reads alike', () => {
  const node = new NodeRequestReader()

  it.each([...corpusMessages('request')])('%s', async (_name, bytes) => {
    for (const pieces of [[bytes], everyByte(bytes)]) {
      expect(requestDifference(bytes, wireRequests(pieces), await node.read(pieces))).toBeUndefined()
    }
  })

  it.each([...corpusMessages('answer')])('%s', async (_name, bytes) => {
    for (const pieces of [[bytes], everyByte(bytes)]) {
      expect(answerDifference(bytes, wireAnswer(pieces, 'GET'), await nodeAnswer(pieces, 'GET'))).toBeUndefined()
    }
  })

  it('of random requests', { timeout: fuzzMs + 60_000 }, async () => {
    const tally = await fuzz(requestProperty)
    expect([...tally.keys()].some(what => what.startsWith('accepted'))).toBe(true)
  })

  it('of random answers', { timeout: fuzzMs + 60_000 }, async () => {
    const tally = await fuzz(answerProperty)
    expect(tally.get('whole')).toBeGreaterThan(0)
  })
})
