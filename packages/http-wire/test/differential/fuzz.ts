/**
 * Fuzzes our parsers against node:http until the time is up or a difference is found: `fuzz.ts --seconds N --seed S`.
 *
 * Prints the seed first, and for a difference the smallest message that shows it. Exit status 1 when there is one.
 */

import { check, interruptAfterTimeLimit, type IAsyncProperty } from 'fast-check'
import { parseArgs } from 'node:util'
import { answerProperty, requestProperty, type Tally } from './differential-properties.ts'

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
  },
})
const milliseconds = Number(values.seconds) * 1000
const seed = Number(values.seed)

async function fuzz<Sample>(title: string, property: (tally: Tally) => IAsyncProperty<Sample>): Promise<boolean> {
  const tally: Tally = new Map()
  const found = await check(property(tally), {
    seed,
    numRuns: Number.MAX_SAFE_INTEGER,
    plugins: [interruptAfterTimeLimit(milliseconds / 2)],
  })
  const outcomes = [...tally].map(([what, times]) => `${what}: ${times}`).join('; ')
  console.log(`${title}: ${found.numRuns} messages (${outcomes})`)
  if (!found.failed) return true
  console.log(
    `${title}: ${String(found.errorInstance)}\nmessage: ${JSON.stringify(found.counterexample)}\nseed ${seed}, path ${found.counterexamplePath}`,
  )
  return false
}

console.log(`seed ${seed}, ${values.seconds} s`)
const results = [await fuzz('requests', requestProperty), await fuzz('answers', answerProperty)]
process.exitCode = results.every(Boolean) ? 0 : 1
