/** What picks, counts and changes of the balancers cost, beside what others publish on npm; see `--help`. */

import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { costCases } from './balancing/cost-cases.ts'
import { costTables, type MeasuredCase } from './balancing/cost-tables.ts'
import { costVerdicts } from './balancing/cost-targets.ts'
import { type CaseCosts, costsOfCase } from './balancing/costs-of-case.ts'
import { keySpreads } from './balancing/key-spread.ts'
import { measureCost } from './balancing/measure-cost.ts'
import { defaultSeed, parseProgramOptions, type ProgramOptions } from './program-options.ts'
import { withSection } from './report/marked-section.ts'

const help = `Costs of @ingresskit/load-balancing, beside undici's pools, hashring and consistent-hash

node --conditions=@ingresskit/source apps/benchmarks/src/balancing-costs.ts [options]

  --seed N   other keys and points (default ${defaultSeed}, that of the table in the README)
  --quick    one short pass, to see whether everything runs; its figures mean nothing
  --write    also puts the tables into packages/load-balancing/README.md, and the targets into docs/performance.md
  --help     this

Examples
  node --conditions=@ingresskit/source apps/benchmarks/src/balancing-costs.ts --quick
  node --conditions=@ingresskit/source apps/benchmarks/src/balancing-costs.ts --write

Each contestant must pick correctly before it is measured. Takes some 75 s of CPU time. Without the condition it runs what
was built. Tables go to standard output; what is done, and the targets, to standard error. Ends with 0, with 1 when a
contestant picks wrongly, with 2 for a wrong option.
`

const nothingYet: CaseCosts = { pickNs: [], pickAndCountNs: [], buildNs: [], changeNs: [] }

const parsed = parseProgramOptions(process.argv.slice(2))
if (parsed.kind === 'help') process.stdout.write(help)
else if (parsed.kind === 'wrong') {
  process.stderr.write(`${parsed.message}; see --help\n`)
  process.exitCode = 2
} else {
  try {
    await run(parsed.options)
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
    process.exitCode = 1
  }
}

async function run({ seed, scale, goal }: ProgramOptions): Promise<void> {
  const measured: MeasuredCase[] = costCases.map(of => ({ of, costs: nothingYet }))
  // Passes over all, so that a busy moment of the machine does not spoil every batch of one contestant.
  const passes = scale === 'quick' ? 1 : 2
  for (let pass = 1; pass <= passes; pass += 1) {
    for (const [index, of] of costCases.entries()) {
      const costs = joined(measured[index]?.costs ?? nothingYet, await costsOfCase({ name: of.name, seed, scale }))
      measured[index] = { of, costs }
      process.stderr.write(`pass ${pass} of ${passes}, ${of.name}: ${Math.min(...costs.pickNs).toFixed(0)} ns\n`)
    }
  }
  const clockNs = Math.min(...measureCost(lookAtClock, { batches: 5, batchMs: 10, warmUpMs: 30 }))
  const text = costTables(measured, keySpreads(seed), { seed, clockNs })
  process.stdout.write(`${text}\n`)
  const verdicts = costVerdicts(measured)
  process.stderr.write(`${verdicts.join('\n')}\n`)
  if (goal === 'write') {
    writeInto('packages/load-balancing/README.md', 'costs', text)
    writeInto('docs/performance.md', 'balancing-targets', verdicts.map(verdict => `- ${verdict}`).join('\n'))
  }
}

function writeInto(file: string, section: string, text: string): void {
  const page = fileURLToPath(new URL(`../../../${file}`, import.meta.url))
  writeFileSync(page, withSection(readFileSync(page, 'utf8'), section, text))
}

function lookAtClock(times: number): void {
  for (let time = 0; time < times; time += 1) performance.now()
}

function joined(one: CaseCosts, other: CaseCosts): CaseCosts {
  return {
    pickNs: [...one.pickNs, ...other.pickNs],
    pickAndCountNs: [...one.pickAndCountNs, ...other.pickAndCountNs],
    buildNs: [...one.buildNs, ...other.buildNs],
    changeNs: [...one.changeNs, ...other.changeNs],
  }
}
