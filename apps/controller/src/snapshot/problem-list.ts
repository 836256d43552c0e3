import type { ObjectSnapshot } from '@ingresskit/kubernetes-watch'
import type { Problem, ReportedProblem } from '../problem.ts'
import { withFile } from './snapshot-problems.ts'

type Parts = readonly (readonly ReportedProblem[])[]

/** What is wrong, from all who report something; the same list while each of them gives the same list. */
export class ProblemList {
  #parts: Parts = []
  #problems: readonly Problem[] = []

  of(parts: Parts, objects: ObjectSnapshot): readonly Problem[] {
    const before = this.#parts
    this.#parts = parts
    if (parts.length === before.length && parts.every((part, index) => isSamePart(part, before[index])))
      return this.#problems
    this.#problems = parts.flat().map(problem => withFile(problem, objects))
    return this.#problems
  }
}

function isSamePart(a: Parts[number], b: Parts[number] | undefined): boolean {
  return a === b || (a.length === 0 && b?.length === 0)
}
