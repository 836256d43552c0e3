// What stands in the way of writing statuses, as problems that last until they are overcome.
import type { ApiFailure } from '@ingresskit/kubernetes-watch'
import { type Problem, toProblem } from '../problem.ts'

/** Which Ingress: `key` is `namespace/name`. */
export interface IngressName {
  readonly key: string
  readonly namespace: string
  readonly name: string
}

/** Keeps the problems of a writer; each is told once when it begins. */
export interface StatusProblems {
  /** A write that failed and is tried again. However many Ingresses that are, it's one problem. */
  failed(ingress: IngressName, failure: ApiFailure): void
  /** Nothing may be written in that namespace. */
  forbidden(ingress: IngressName, failure: ApiFailure): void
  /** Somebody else has overwritten what we wrote. Stays for as long as the Ingress does. */
  contested(ingress: IngressName): void
  /** A write went well, which shows that its namespace may be written in. */
  overcome(ingress: IngressName): void
  /** No write is needed any more, which shows nothing about others. */
  unneeded(ingress: IngressName): void
  /** The Ingress is gone. */
  forget(ingress: IngressName): void
  list(): readonly Problem[]
}

/** Bounded by the number of Ingresses and their namespaces. */
export function statusProblems(tell: {
  readonly onFailure: (problem: Problem) => void
  /** After each change of the list. */
  readonly onProblems: () => void
}): StatusProblems {
  const { onFailure, onProblems } = tell
  const failing = new Map<string, string>()
  const forbidden = new Map<string, { problem: Problem; readonly waiting: Set<string> }>()
  const contested = new Map<string, Problem>()
  const failingProblem = (): readonly Problem[] => {
    const first = failing.entries().next()
    if (first.done === true) return []
    const [key, reason] = first.value
    const which = failing.size === 1 ? `Ingress "${key}"` : `${failing.size} Ingresses, "${key}" for one`
    const message = `cannot write the status of ${which}: ${reason}`
    return [toProblem({ severity: 'warning', reason: 'StatusWriteFailed', message })]
  }
  const overcome = ({ key, namespace }: IngressName): void => {
    const had = [failing.delete(key), forbidden.delete(namespace)]
    if (had.includes(true)) onProblems()
  }
  /** Whether a problem ended with it. */
  const leave = ({ key, namespace }: IngressName): boolean => {
    const refused = forbidden.get(namespace)
    refused?.waiting.delete(key)
    const wasFailing = failing.delete(key)
    return (refused?.waiting.size === 0 && forbidden.delete(namespace)) || wasFailing
  }
  return {
    failed: ({ key }, failure) => {
      const isNew = failing.size === 0
      failing.set(key, failureText(failure))
      if (isNew) for (const problem of failingProblem()) onFailure(problem)
      onProblems()
    },
    forbidden: ({ key, namespace }, { status, message }) => {
      const known = forbidden.get(namespace)
      const problem = toProblem({
        severity: 'error',
        reason: 'StatusWriteForbidden',
        kind: 'Namespace',
        name: namespace,
        message: `cannot write the status of Ingresses in namespace "${namespace}": ${status} ${message}; grant the RBAC verb "patch" on "ingresses/status" in API group "networking.k8s.io" with a ClusterRole or a Role in that namespace`,
      })
      failing.delete(key)
      forbidden.set(namespace, { problem, waiting: (known?.waiting ?? new Set()).add(key) })
      if (!known) onFailure(problem)
      onProblems()
    },
    contested: ({ key, namespace, name }) => {
      if (contested.has(key)) return
      const problem = toProblem({
        severity: 'warning',
        reason: 'StatusContested',
        kind: 'Ingress',
        namespace,
        name,
        field: 'status.loadBalancer.ingress',
        message:
          'somebody else overwrites the addresses that this controller writes; let only one controller serve the IngressClass, or give both the same addresses',
      })
      contested.set(key, problem)
      onFailure(problem)
      onProblems()
    },
    overcome,
    unneeded: ingress => {
      if (leave(ingress)) onProblems()
    },
    forget: ingress => {
      const had = [leave(ingress), contested.delete(ingress.key)]
      if (had.includes(true)) onProblems()
    },
    list: () => [...[...forbidden.values()].map(({ problem }) => problem), ...failingProblem(), ...contested.values()],
  }
}

function failureText({ status, message }: ApiFailure): string {
  const text = `${status === 0 ? '' : `${status} `}${message}`
  switch (status) {
    case 401:
      return `${text}; check the token or certificate of the kubeconfig user or service account`
    case 422:
      return `${text}; check the addresses to publish`
    default:
      return `${text}; it is tried again`
  }
}
