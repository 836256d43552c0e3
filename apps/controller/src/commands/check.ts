import { exitStatus } from '../exit-status.ts'
import type { CheckOptions } from '../options/option-table.ts'
import { formatProblem } from '../problem.ts'
import { firstSnapshot } from './first-snapshot.ts'

/** `ingresskit check`: every problem on standard output; status 1 when one of them is an error. */
export async function runCheck(options: CheckOptions): Promise<number> {
  const { problems, translation } = await firstSnapshot(options)
  const errors = problems.filter(problem => problem.severity === 'error').length
  if (options.output === 'json') {
    process.stdout.write(`${JSON.stringify(problems, null, 2)}\n`)
  } else {
    for (const problem of problems) process.stdout.write(`${formatProblem(problem)}\n`)
    const served = `${count(translation.ingresses.size, 'Ingress', 'Ingresses')}, ${count(translation.table.size, 'rule', 'rules')}`
    process.stdout.write(
      `${served}: ${count(errors, 'error', 'errors')}, ${count(problems.length - errors, 'warning', 'warnings')}\n`,
    )
  }
  return errors > 0 ? exitStatus.failed : exitStatus.ok
}

function count(number: number, one: string, many: string): string {
  return `${number} ${number === 1 ? one : many}`
}
