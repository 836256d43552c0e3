/** Simulates what each strategy, and what stands around it, does about a slow, a failing and a joining endpoint; see `--help`. */

import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { defaultSeed, parseProgramOptions } from './program-options.ts'
import { withSection } from './report/marked-section.ts'
import { simulationTables } from './simulation/simulation-tables.ts'

const help = `Strategies of @ingresskit/load-balancing in a simulated site: ten endpoints, one slow, one failing, one joining

node --conditions=@ingresskit/source apps/benchmarks/src/simulation.ts [options]

  --seed N   another course of events (default ${defaultSeed}, that of the table in the README)
  --quick    a tenth of the time; its figures mean little
  --write    also puts the tables into packages/load-balancing/README.md
  --help     this

Examples
  node --conditions=@ingresskit/source apps/benchmarks/src/simulation.ts --seed 7
  node --conditions=@ingresskit/source apps/benchmarks/src/simulation.ts --write

Virtual time: no sockets, no clock, the same output for the same seed; takes less than a minute. Without the condition
it runs what was built. Tables go to standard output, what is done to standard error. Ends with 0, with 2 for a wrong option.
`

const parsed = parseProgramOptions(process.argv.slice(2))
if (parsed.kind === 'help') process.stdout.write(help)
else if (parsed.kind === 'wrong') {
  process.stderr.write(`${parsed.message}; see --help\n`)
  process.exitCode = 2
} else {
  const { seed, scale, goal } = parsed.options
  const run = { seed, length: scale === 'quick' ? 'short' : 'full' } as const
  const text = simulationTables(run, line => process.stderr.write(`${line}\n`))
  process.stdout.write(`${text}\n`)
  if (goal === 'write') {
    const page = fileURLToPath(new URL('../../../packages/load-balancing/README.md', import.meta.url))
    writeFileSync(page, withSection(readFileSync(page, 'utf8'), 'simulation', text))
  }
}
