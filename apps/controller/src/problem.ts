/** A problem as the admin API, `check` and the log show it: the same shape whichever package found it. */
export interface Problem {
  readonly severity: 'error' | 'warning'
  readonly reason: string
  readonly kind: string | null
  readonly namespace: string | null
  readonly name: string | null
  readonly file: string | null
  readonly field: string | null
  readonly message: string
}

/** What the packages report; absent fields become `null`. */
export interface ReportedProblem {
  readonly severity: 'error' | 'warning'
  readonly reason: string
  readonly kind?: string
  readonly namespace?: string
  readonly name?: string
  readonly file?: string
  readonly field?: string
  readonly message: string
}

export function toProblem(reported: ReportedProblem): Problem {
  return {
    severity: reported.severity,
    reason: reported.reason,
    kind: reported.kind ?? null,
    namespace: reported.namespace ?? null,
    name: reported.name ?? null,
    file: reported.file ?? null,
    field: reported.field ?? null,
    message: reported.message,
  }
}

/** Identity of a problem over time: what it is about. Its message may change while it lasts. */
export function problemKey(problem: Problem): string {
  const { reason, kind, namespace, name, file, field } = problem
  return JSON.stringify([reason, kind, namespace, name, file, field])
}

/** One line for people: where, what and what to do. */
export function formatProblem(problem: Problem): string {
  const object =
    problem.name === null
      ? ''
      : `${problem.kind ?? 'object'} ${problem.namespace === null ? '' : `${problem.namespace}/`}${problem.name}`
  const place = [problem.file, object === '' ? null : object, problem.field].filter(part => part !== null)
  return `${problem.severity} ${problem.reason}: ${place.length === 0 ? '' : `${place.join(' ')}: `}${problem.message}`
}
