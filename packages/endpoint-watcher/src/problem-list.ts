/** Collects what is wrong with one object, keeping only so many of the problems. */
import type { EndpointProblem } from './endpoint-problem.ts'

/** Problems kept per object; one more entry then says how many were left out. A slice may hold 1,000 endpoints. */
const maxProblemsPerObject = 20

export interface ProblemList {
  add(problem: Pick<EndpointProblem, 'reason' | 'field' | 'message'> & Partial<Pick<EndpointProblem, 'severity'>>): void
  readonly problems: readonly EndpointProblem[]
}

/** An empty list for the object; `severity` of an added problem is `error` unless given. */
export function problemList(object: Pick<EndpointProblem, 'kind' | 'namespace' | 'name'>): ProblemList {
  const kept: EndpointProblem[] = []
  let leftOut = 0
  return {
    add(problem) {
      const whole: EndpointProblem = { severity: 'error', ...object, ...problem }
      if (kept.length < maxProblemsPerObject) kept.push(whole)
      else {
        leftOut += 1
        kept[maxProblemsPerObject] = { ...whole, field: '', message: `${leftOut} more problems in this object` }
      }
    },
    problems: kept,
  }
}
