import type { Balancing } from './balancing.ts'
import type { KubernetesObject } from './kubernetes-object.ts'
import { ProblemLog } from './problem-log.ts'
import type { Problem } from './problem.ts'
import { resolveBalancing } from './resolve-balancing.ts'
import { readServiceSettings } from './service-settings.ts'

/** How the requests of a Service are spread that no Ingress leads to. */
export interface ServicePolicy {
  /** By the annotations of the Service alone. */
  readonly balancing: Balancing
  /** Why the Service must not be served: a limit that cannot be read. Absent otherwise. */
  readonly refused?: string
  /** What is wrong with its annotations. */
  readonly problems: readonly Problem[]
}

/** The policy that a Service asks for by itself, e.g. as the default backend of a controller. */
export function servicePolicy(service: KubernetesObject): ServicePolicy {
  const log = new ProblemLog()
  const settings = readServiceSettings(service, log)
  const resolved = resolveBalancing(
    { ingress: {}, service: settings, nginx: { upstream: {}, retry: undefined, affinity: undefined } },
    log,
  )
  return {
    balancing: resolved.balancing,
    ...(resolved.kind === 'limit-invalid' ? { refused: resolved.message } : {}),
    problems: log.problems,
  }
}
