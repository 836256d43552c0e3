/**
 * Puts the tables of a run into docs/performance.md, between its `bench` markers.
 *
 * Usage: node apps/benchmarks/src/write-tables.ts [RESULTS.json]
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { defaultOutput } from './options.ts'
import type { Results } from './report/results.ts'
import { tables } from './report/tables.ts'
import { withTables } from './report/with-tables.ts'

const [file = defaultOutput] = process.argv.slice(2)
const page = fileURLToPath(new URL('../../../docs/performance.md', import.meta.url))
const results = JSON.parse(readFileSync(file, 'utf8')) as Results
writeFileSync(page, withTables(readFileSync(page, 'utf8'), tables(results)))
