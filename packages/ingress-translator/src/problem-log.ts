import type { KubernetesObject } from './kubernetes-object.ts'
import { type Problem, problemReporter, type ReportProblem } from './problem.ts'

/** Collects the problems that come up while one Ingress is compiled, those of its Services included. */
export class ProblemLog {
  readonly #problems: Problem[] = []
  readonly #seen = new Set<string>()

  /** In the order in which they came up. */
  get problems(): readonly Problem[] {
    return this.#problems
  }

  /** Adds a problem unless the same one is there: ten paths that use one bad annotation have one problem. */
  report(object: KubernetesObject, ...[severity, reason, detail]: Parameters<ReportProblem>): void {
    const { name, namespace = '' } = object.metadata
    // Ten paths may name the same missing Service: the place is another one, the problem is not.
    const field = reason === 'ServiceNotFound' || reason === 'ServicePortNotFound' ? '' : detail.field
    const key = JSON.stringify([object.kind, namespace, name, field, detail.message])
    if (this.#seen.has(key)) return
    this.#seen.add(key)
    problemReporter(object, this.#problems)(severity, reason, detail)
  }
}
