import { annotationField } from './annotation.ts'
import { backendPort, resolveBackend } from './backend.ts'
import type { IngressSettings } from './ingress-settings.ts'
import type { KubernetesObject } from './kubernetes-object.ts'
import type { ProblemLog } from './problem-log.ts'
import { type ResolvedBalancing, resolveBalancing } from './resolve-balancing.ts'
import type { Backend, RouteTarget, SplitBranch } from './route-target.ts'
import { type PortReference, resolveServicePort } from './service-port.ts'
import { readServiceSettings } from './service-settings.ts'
import { serviceWeightsAnnotation } from './service-weights.ts'
import type { ReportProblem } from './problem.ts'

/** Where the requests of one path go and how they are spread. */
export type PathBackend = Pick<RouteTarget, 'backend' | 'balancing' | 'split'>

/** What the backends of one Ingress are resolved with. */
export interface PathBackendContext {
  readonly ingress: KubernetesObject
  readonly settings: IngressSettings
  /** The Service with this `namespace/name`, or `undefined`. */
  readonly service: (key: string) => KubernetesObject | undefined
  readonly log: ProblemLog
}

/**
 * Resolves an IngressBackend found at `field`, with everything that annotations of the Ingress and of its Service say about it.
 *
 * Paths that use the same Service get the same `Balancing` object.
 */
export type ResolvePathBackend = (value: unknown, field: string) => PathBackend

/** A resolver for the backends of one Ingress; it keeps the policies of the Services it has met. */
export function pathBackendResolver({ ingress, settings, service, log }: PathBackendContext): ResolvePathBackend {
  const namespace = ingress.metadata.namespace ?? 'default'
  const policies = new Map<string, ResolvedBalancing>()
  const report: ReportProblem = (...problem) => log.report(ingress, ...problem)

  const policyOf = (backend: Backend): ResolvedBalancing => {
    const key = backend.kind === 'service' ? `${namespace}/${backend.service.name}` : ''
    const known = policies.get(key)
    if (known !== undefined) return known
    const object = key === '' ? undefined : service(key)
    const sources = {
      ingress: settings.own,
      nginx: settings.nginx,
      service: object === undefined ? {} : readServiceSettings(object, log),
    }
    const policy = resolveBalancing(sources, log)
    policies.set(key, policy)
    return policy
  }

  const spread = (backend: Backend): Pick<RouteTarget, 'backend' | 'balancing'> => {
    const policy = policyOf(backend)
    const { balancing } = policy
    if (policy.kind === 'balancing' || backend.kind === 'unavailable') return { backend, balancing }
    const { message } = policy
    const unavailable = { kind: 'unavailable', reason: 'limit-invalid', service: backend.service, message } as const
    return { backend: unavailable, balancing }
  }

  const branches = (port: PortReference): readonly SplitBranch[] =>
    settings.weights.flatMap(({ name, weight }) => {
      const fields = {
        name: annotationField(serviceWeightsAnnotation),
        port: annotationField(serviceWeightsAnnotation),
      }
      const backend = resolveServicePort({ namespace, name }, port, { fields, service, report })
      return backend.kind === 'service' ? [{ weight, ...spread(backend) }] : []
    })

  return (value, field) => {
    const context = { namespace, field, service, report }
    if (settings.effect.kind === 'guarded') {
      const message = `this version cannot enforce ${settings.effect.annotation}, and the path is not served without it`
      const { balancing } = spread(resolveBackend(value, context))
      return { backend: { kind: 'unavailable', reason: 'guard-not-supported', message }, balancing }
    }
    const port = backendPort(value)
    const split = port === undefined || settings.weights.length === 0 ? [] : branches(port)
    const hasSplit = split.some(({ weight }) => weight > 0)
    // The API asks for a backend also where it is not used, so one that does not exist is no problem then.
    const backend = resolveBackend(value, hasSplit ? { ...context, report: () => undefined } : context)
    if (settings.weights.length > 0 && !hasSplit && port !== undefined) {
      report('error', 'AnnotationInvalid', {
        field: annotationField(serviceWeightsAnnotation),
        message:
          'none of its Services that exist has a weight above 0; create them or correct the names (the backends of the paths are used)',
      })
    }
    return { ...spread(backend), ...(hasSplit ? { split } : {}) }
  }
}
