/** Prints the last line of `.ci/run`: `print-test-summary.ts REPORT`, a file that vitest's JSON reporter wrote. */
import { readFileSync } from 'node:fs'
import { testSummary, type VitestReport } from './test-summary.ts'

const [path] = process.argv.slice(2)
if (path === undefined) throw new Error('usage: print-test-summary.ts REPORT')
console.log(testSummary(JSON.parse(readFileSync(path, 'utf8')) as VitestReport))
