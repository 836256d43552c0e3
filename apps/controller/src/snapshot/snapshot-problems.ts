import type { EndpointSets } from '@ingresskit/endpoint-watcher'
import type { Translation } from '@ingresskit/ingress-translator'
import type { KubernetesObject, ObjectSnapshot } from '@ingresskit/kubernetes-watch'
import type { CertificateProblem } from '@ingresskit/tls-store'
import type { Needs } from '../balancing/needed-backends.ts'
import { type Problem, type ReportedProblem, toProblem } from '../problem.ts'

/** What the packages report of single objects, told from the Ingresses' point of view. */

/**
 * Problems of Services and slices.
 *
 * A Service of type ExternalName that is not allowed is nobody's problem until a path leads to it; that path cannot be served then.
 */
export function endpointProblems({ problems }: EndpointSets, needs: Needs): readonly ReportedProblem[] {
  const used = new Set<string>()
  if (problems.some(({ reason }) => reason === 'ExternalNameDenied'))
    for (const { backend } of needs.values())
      if (backend.service !== undefined) used.add(`${backend.service.namespace}/${backend.service.name}`)
  return problems.flatMap((problem): readonly ReportedProblem[] => {
    if (problem.reason !== 'ExternalNameDenied') return [problem]
    return used.has(`${problem.namespace}/${problem.name}`) ? [{ ...problem, severity: 'error' }] : []
  })
}

/** A problem of a certificate itself is the Secret's; one of the names it is to serve is that of the Ingress which asked. */
export function certificateProblem(problem: CertificateProblem, { tls }: Translation): ReportedProblem {
  const { secret, owner, ...reported } = problem
  const isAboutNames = problem.reason === 'HostNotCovered' || problem.reason === 'HostClaimedTwice'
  if (!isAboutNames || owner === undefined) return { ...reported, kind: 'Secret', ...named(secret) }
  const binding = tls.find(candidate => candidate.owner === owner && candidate.secret === secret)
  return {
    ...reported,
    kind: 'Ingress',
    ...named(owner),
    field: binding?.field ?? 'spec.tls',
    message: `Secret ${secret}: ${problem.message}`,
  }
}

/** Adds the file of the object that the problem is about, where there is one. */
export function withFile(problem: ReportedProblem, objects: ObjectSnapshot): Problem {
  const { kind, namespace, name } = problem
  if (problem.file !== undefined || kind === undefined || name === undefined) return toProblem(problem)
  const kinds: Readonly<Record<string, ReadonlyMap<string, KubernetesObject>>> = objects.objects
  const object = Object.hasOwn(kinds, kind)
    ? kinds[kind]?.get(namespace === undefined ? name : `${namespace}/${name}`)
    : undefined
  const file = object === undefined ? undefined : objects.fileOf(object)
  return toProblem(file === undefined ? problem : { ...problem, file })
}

function named(key: string): { readonly namespace: string; readonly name: string } {
  const [namespace = '', name = ''] = key.split('/')
  return { namespace, name }
}
