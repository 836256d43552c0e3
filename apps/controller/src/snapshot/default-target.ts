import type { Backend, RouteTarget, Translation } from '@ingresskit/ingress-translator'

/** The target of `--default-backend-service`: the first TCP port of that Service, as ingress-nginx has it. */
export function defaultTarget(
  option: string | undefined,
  firstPort: (namespace: string, name: string) => number | undefined,
): RouteTarget | undefined {
  if (option === undefined) return undefined
  const [namespace = '', name = ''] = option.split('/')
  const port = firstPort(namespace, name)
  const backend: Backend =
    port === undefined
      ? {
          kind: 'unavailable',
          reason: 'service-not-found',
          service: { namespace, name },
          message: `Service ${option} of --default-backend-service does not exist or has no TCP port`,
        }
      : { kind: 'service', key: `${option}:${port}`, service: { namespace, name }, port }
  return {
    ingress: { namespace: '', name: '' },
    field: '--default-backend-service',
    host: '',
    path: '',
    backend,
    balancing: { strategy: 'round-robin', provenance: 'default' },
  }
}

/** Every target a request can meet. */
export function* targetsOf(translation: Translation, fallback: RouteTarget | undefined): Iterable<RouteTarget> {
  for (const ingress of translation.ingresses.values()) {
    for (const rule of ingress.rules) yield rule.value
    for (const rule of ingress.defaults) yield rule.value
  }
  if (fallback !== undefined) yield fallback
}
