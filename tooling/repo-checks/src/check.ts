/**
 * Runs every check of the repository in order and says how each went: `pnpm check`.
 *
 *   check.ts                      all steps
 *   check.ts --without STEP,…     all but these; `.ci/run` leaves out the tests it has just run
 *   check.ts --only STEP,…        these alone
 *
 * Goes on after a failed step, so that one run shows everything that is wrong. No step writes a tracked file.
 */
import { parseArgs } from 'node:util'
import { runTool } from './run-tool.ts'

interface Step {
  readonly name: string
  readonly command: readonly [tool: string, ...args: readonly string[]]
  /** What mends it, when a command does. */
  readonly remedy?: string
}

const steps: readonly Step[] = [
  { name: 'format', command: ['oxfmt', '--check'], remedy: 'pnpm fix' },
  { name: 'lint', command: ['oxlint', '--type-aware', '--deny-warnings'], remedy: 'pnpm fix mends some' },
  { name: 'build', command: ['turbo', 'run', 'build', '--output-logs=errors-only'] },
  { name: 'types', command: ['tsc', '-p', 'tsconfig.tests.json'] },
  { name: 'unused', command: ['knip', '--no-progress', '--no-config-hints'] },
  { name: 'api', command: ['node', 'tooling/api-report/src/main.ts', 'check'], remedy: 'pnpm api:fix' },
  { name: 'pack', command: ['node', 'tooling/repo-checks/src/pack-check.ts'] },
  { name: 'tests', command: ['vitest', 'run'] },
]

const main = async (): Promise<void> => {
  const failed: Step[] = []
  const chosen = chosenSteps()
  const begin = performance.now()
  for (const step of chosen) {
    const startedAt = performance.now()
    const [tool, ...args] = step.command
    const { status, output } = await runTool(tool, args)
    console.log(`${status === 0 ? 'ok    ' : 'FAILED'}  ${step.name.padEnd(8)}${seconds(startedAt)}`)
    if (status === 0) continue
    failed.push(step)
    console.log(`\n${output.trimEnd()}\n`)
  }
  if (failed.length === 0) {
    console.log(`all ${chosen.length} checks passed in ${seconds(begin).trim()}`)
    return
  }
  process.exitCode = 1
  console.log(`${failed.length} of ${chosen.length} checks failed in ${seconds(begin).trim()}:`)
  for (const { name, command, remedy } of failed) {
    console.log(`  ${name}: ${command.join(' ')}${remedy === undefined ? '' : `   (${remedy})`}`)
  }
}

const chosenSteps = (): readonly Step[] => {
  const { values } = parseArgs({ options: { without: { type: 'string' }, only: { type: 'string' } } })
  const [without, only] = [named(values.without), named(values.only)]
  return steps.filter(({ name }) => !without.includes(name) && (only.length === 0 || only.includes(name)))
}

const named = (list = ''): readonly string[] => {
  const names = list.split(',').filter(name => name !== '')
  const unknown = names.filter(name => !steps.some(step => step.name === name))
  if (unknown.length > 0)
    throw new Error(`unknown step ${unknown.join(', ')}; the steps are ${steps.map(({ name }) => name).join(', ')}`)
  return names
}

const seconds = (since: number): string => `${((performance.now() - since) / 1000).toFixed(1).padStart(6)} s`

await main()
