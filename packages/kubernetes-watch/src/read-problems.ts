// How people are told what goes wrong with reading.
import type { ApiFailure, WatchTarget } from './api-failure.ts'
import type { MalformedObject } from './arriving-object.ts'
import type { SourceProblem } from './object-source.ts'

/** What is served while a failure lasts. */
export interface Served {
  /** ISO 8601 text; `undefined` = nothing was read yet. */
  readonly asOf: string | undefined
  /** What ended the last good watch. */
  readonly before: 'cut' | 'silence'
}

/** The problem that stands as long as the failure is not overcome. */
export function watchFailed(
  target: WatchTarget,
  { verb, failure, served }: { readonly verb: 'list' | 'watch'; readonly failure: ApiFailure; readonly served: Served },
): SourceProblem {
  const status = failure.status === 0 ? '' : `${failure.status} `
  const what = `cannot ${verb} ${described(target)}: ${status}${failure.message}`
  return {
    severity: 'error',
    reason: 'WatchFailed',
    ...placeOf(target),
    message: `${what}; ${remedy(target, failure)}; ${state(served)}`,
  }
}

/** The problem that stands until everything was read again without it. */
export function malformedAnswer(target: WatchTarget, { what, namespace, name }: MalformedObject): SourceProblem {
  const place = name === undefined ? '' : ` ("${namespace === undefined ? name : `${namespace}/${name}`}")`
  const others = target.name === undefined ? `the other ${target.resource.plural} are served` : 'it is not served'
  return {
    severity: 'error',
    reason: 'MalformedAnswer',
    ...placeOf({ ...target, namespace: namespace ?? target.namespace, name: name ?? target.name }),
    message: `the API server sent ${what}${place} among ${described(target)}; ${others}, and all is read again from time to time; check what is between this program and the API server`,
  }
}

function placeOf({ resource, namespace, name }: WatchTarget): Pick<SourceProblem, 'kind' | 'namespace' | 'name'> {
  return {
    kind: resource.kind,
    ...(namespace === undefined ? {} : { namespace }),
    ...(name === undefined ? {} : { name }),
  }
}

function described({ resource, namespace, name }: WatchTarget): string {
  if (name !== undefined) return `${resource.kind} "${namespace}/${name}"`
  const where = namespace === undefined ? '' : ` in namespace "${namespace}"`
  return `${resource.plural}${where}`
}

function remedy({ resource, namespace, name }: WatchTarget, failure: ApiFailure): string {
  switch (failure.status) {
    case 401:
      return 'check the token or certificate of the kubeconfig user or service account'
    case 403: {
      const role = namespace === undefined ? 'a ClusterRole' : `a Role in namespace "${namespace}"`
      const only = name === undefined ? '' : ` (resourceNames may be "${name}")`
      return `grant the RBAC verbs "list" and "watch" on "${resource.plural}" in API group "${resource.group}" with ${role}${only}`
    }
    default:
      return 'it is tried again'
  }
}

function state({ asOf, before }: Served): string {
  if (asOf === undefined) return 'nothing was read yet'
  const then = before === 'silence' ? ', when the API server fell silent' : ''
  return `what is served is as of ${asOf}${then}`
}
