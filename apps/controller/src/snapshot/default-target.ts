import {
  type Backend,
  defaultBalancing,
  type KubernetesObject,
  type ObjectRef,
  type Problem,
  type RouteTarget,
  type ServicePolicy,
  servicePolicy,
} from '@ingresskit/ingress-translator'

/** What the default backend is found with. */
export interface DefaultTargetContext {
  /** The number of the first TCP port of a Service, as ingress-nginx has it; `undefined` when there is none. */
  readonly firstPort: (namespace: string, name: string) => number | undefined
  readonly service: (key: string) => KubernetesObject | undefined
}

/** A target, and what is wrong with the annotations of its Service. */
export interface DefaultTarget {
  readonly target: RouteTarget
  readonly problems: readonly Problem[]
}

/** The target of `--default-backend-service`; `undefined` without the option. */
export function defaultTarget(
  option: string | undefined,
  { firstPort, service }: DefaultTargetContext,
): DefaultTarget | undefined {
  if (option === undefined) return undefined
  const [namespace = '', name = ''] = option.split('/')
  const object = service(option)
  const policy: ServicePolicy =
    object === undefined ? { balancing: defaultBalancing, problems: [] } : servicePolicy(object)
  return {
    target: {
      ingress: { namespace: '', name: '' },
      field: '--default-backend-service',
      host: '',
      path: '',
      backend: backendOf({ namespace, name }, firstPort(namespace, name), policy.refused),
      balancing: policy.balancing,
    },
    problems: policy.problems,
  }
}

function backendOf(service: ObjectRef, port: number | undefined, refused: string | undefined): Backend {
  const key = `${service.namespace}/${service.name}`
  if (refused !== undefined) return { kind: 'unavailable', reason: 'limit-invalid', service, message: refused }
  if (port !== undefined) return { kind: 'service', key: `${key}:${port}`, service, port }
  const message = `Service ${key} of --default-backend-service does not exist or has no TCP port`
  return { kind: 'unavailable', reason: 'service-not-found', service, message }
}
