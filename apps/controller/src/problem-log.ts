import type { Logger } from './log.ts'
import { formatProblem, type Problem, problemKey } from './problem.ts'

/** Logs each problem once when it appears or says something else, and once when it is gone, however many snapshots have it in between. */
export function logProblemChanges(log: Logger, before: readonly Problem[], after: readonly Problem[]): void {
  if (before === after) return
  const known = new Set(before.map(problem => `${problemKey(problem)} ${problem.message}`))
  const current = new Set(after.map(problemKey))
  for (const problem of after) {
    if (known.has(`${problemKey(problem)} ${problem.message}`)) continue
    log[problem.severity === 'error' ? 'error' : 'warn']({ problem }, formatProblem(problem))
  }
  for (const problem of before) {
    if (!current.has(problemKey(problem))) log.info({ problem }, `resolved: ${formatProblem(problem)}`)
  }
}
