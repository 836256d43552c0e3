/** ingresskit beside its peers in one run; see `--help`. */

import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { makeRunFolder } from './measure/run-folder.ts'
import { missingPrograms } from './missing-programs.ts'
import { type Options, parseOptions } from './options.ts'
import { environment } from './report/environment.ts'
import type { Results, WorkloadResult } from './report/results.ts'
import { summary } from './report/summary.ts'
import { runWorkload } from './run-workload.ts'
import { workloads } from './workloads/workloads.ts'

const parsed = parseOptions(
  process.argv.slice(2),
  workloads.map(({ name }) => name),
)
if (parsed.kind === 'help') process.stdout.write(parsed.text)
else if (parsed.kind === 'wrong') {
  process.stderr.write(`${parsed.message}; see --help\n`)
  process.exitCode = 2
} else process.exitCode = await run(parsed.options)

async function run(options: Options): Promise<number> {
  const missing = missingPrograms(process.env['PATH'] ?? '')
  if (missing.length > 0) {
    process.stderr.write(`${missing.join('\n')}\n`)
    return 2
  }
  const folder = makeRunFolder()
  mkdirSync(dirname(options.output), { recursive: true })
  const facts = { ...environment(), roundsOfEach: options.rounds, secondsOfEach: options.seconds }
  const done: WorkloadResult[] = []
  for (const workload of workloads.filter(({ name }) => options.workloads.includes(name))) {
    done.push(await runWorkload(workload, options, folder))
    // After every workload, so that a run that is ended early leaves what it has.
    const results: Results = { ...facts, workloads: done }
    writeFileSync(options.output, `${JSON.stringify(results, undefined, 2)}\n`)
  }
  process.stdout.write(summary(done))
  process.stderr.write(`every figure: ${options.output}\n`)
  return done.some(({ voids }) => Object.keys(voids).length > 0) ? 1 : 0
}
