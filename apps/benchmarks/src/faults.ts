/** Faults of a cluster under load, at full length, with figures; see `--help`. */

import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { faultsTable } from './faults/faults-table.ts'
import { type FaultFigures, runScenario } from './faults/run-scenario.ts'
import type { ScenarioLength } from './faults/scenario.ts'
import { scenarios } from './faults/scenarios.ts'
import { violations } from './faults/violations.ts'
import { environment } from './report/environment.ts'
import { withSection } from './report/marked-section.ts'

const help = `Faults of a cluster under load: what is lost, and how long it takes until the controller knows the cluster again

node apps/benchmarks/src/faults.ts [options]

  --only NAME   this one alone (repeatable): ${scenarios.map(({ name }) => name).join(', ')}
  --short       the short form that the tests run
  --write       also puts the table into docs/reliability.md
  --help        this

Takes about a quarter of an hour. The table goes to standard output, progress to standard error. Ends with 0 when every
promise was kept, with 1 when one was not, with 2 for a wrong option. A fault after which the controllers never knew the
cluster again has no row.
`

// Controllers end with this process when it exits, not when a signal ends it.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1))

const parsed = parsedOptions(process.argv.slice(2))
if (parsed.kind === 'help') process.stdout.write(help)
else if (parsed.kind === 'wrong') {
  process.stderr.write(`${parsed.message}; see --help\n`)
  process.exitCode = 2
} else {
  const { only, length, goal } = parsed
  const all: FaultFigures[] = []
  for (const scenario of scenarios.filter(({ name }) => only.length === 0 || only.includes(name))) {
    try {
      const figures = await runScenario(scenario, length)
      process.stderr.write(`${scenario.name}: ${JSON.stringify(figures)}\n`)
      for (const sentence of violations(scenario, length, figures)) complain(scenario.name, sentence)
      all.push(figures)
    } catch (error) {
      complain(scenario.name, error instanceof Error ? error.message : String(error))
    }
  }
  const table = faultsTable(all)
  process.stdout.write(`${table}\n`)
  if (goal === 'write') {
    const page = fileURLToPath(new URL('../../../docs/reliability.md', import.meta.url))
    writeFileSync(page, withSection(readFileSync(page, 'utf8'), 'faults', `${whereAndWhen()}\n\n${table}`))
  }
}

function complain(name: string, sentence: string): void {
  process.stderr.write(`${name}: ${sentence}\n`)
  process.exitCode = 1
}

type ParsedOptions =
  | {
      readonly kind: 'run'
      readonly only: readonly string[]
      readonly length: ScenarioLength
      readonly goal: 'print' | 'write'
    }
  | { readonly kind: 'help' }
  | { readonly kind: 'wrong'; readonly message: string }

function parsedOptions(args: readonly string[]): ParsedOptions {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        only: { type: 'string', multiple: true },
        short: { type: 'boolean' },
        write: { type: 'boolean' },
        help: { type: 'boolean' },
      },
    })
    if (values.help === true) return { kind: 'help' }
    const only = values.only ?? []
    const unknown = only.find(wanted => scenarios.every(({ name }) => name !== wanted))
    if (unknown !== undefined) return { kind: 'wrong', message: `--only ${unknown} is no fault` }
    const isPart = only.length > 0 || values.short === true
    if (values.write === true && isPart) {
      return { kind: 'wrong', message: '--write goes with neither --only nor --short: the page shows the full run' }
    }
    const length = values.short === true ? 'short' : 'full'
    return { kind: 'run', only, length, goal: values.write === true ? 'write' : 'print' }
  } catch (error) {
    return { kind: 'wrong', message: error instanceof Error ? error.message : String(error) }
  }
}

function whereAndWhen(): string {
  const { date, commit, machine, versions } = environment()
  const hardware = `${machine.cpu}, ${machine.cores} cores shared with others, ${machine.memoryGiB} GiB`
  return `${date} UTC, commit ${commit}; ${hardware}, Linux ${machine.kernel}; node ${versions['node']}.`
}
