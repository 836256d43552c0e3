/** Ingresses, EndpointSlices and IngressClasses in the shapes that the plain builders of `command/support` do not have. */

/** A path of a rule and the Service port it leads to. */
export interface RulePath {
  /** Default `/`. */
  readonly path?: string
  /** Default `Prefix`. */
  readonly pathType?: 'Exact' | 'Prefix' | 'ImplementationSpecific'
  readonly service: string
  /** Number or name of the Service port. Default 80. */
  readonly port?: number | string
}

export interface IngressShape {
  readonly name: string
  /** Default `default`. */
  readonly namespace?: string
  /** Left out: a rule for every host. */
  readonly host?: string
  /** Empty: no rule at all. */
  readonly paths: readonly RulePath[]
  /** Service, port 80, of `spec.defaultBackend`. */
  readonly defaultBackend?: string
  /** Default `ingresskit`; `none` leaves the field out. */
  readonly className?: string
  readonly annotations?: Readonly<Record<string, string>>
  readonly creationTimestamp?: string
  readonly tls?: readonly { readonly hosts: readonly string[]; readonly secretName?: string }[]
}

/** An Ingress with at most one rule. */
export function ingressOf(shape: IngressShape): KubernetesObject<'Ingress'> {
  const { name, namespace = 'default', host, paths, defaultBackend, className = 'ingresskit', tls } = shape
  const { annotations = {}, creationTimestamp } = shape
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name, namespace, annotations, ...(creationTimestamp === undefined ? {} : { creationTimestamp }) },
    spec: {
      ...(className === 'none' ? {} : { ingressClassName: className }),
      ...(defaultBackend === undefined ? {} : { defaultBackend: backendOf({ service: defaultBackend }) }),
      ...(tls === undefined ? {} : { tls }),
      ...(paths.length === 0
        ? {}
        : { rules: [{ ...(host === undefined ? {} : { host }), http: { paths: paths.map(pathOf) } }] }),
    },
  }
}

/** An object that the fake API server takes as well as a manifest file. */
export interface KubernetesObject<Kind extends string> {
  readonly apiVersion: string
  readonly kind: Kind
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly [field: string]: unknown }
  readonly [field: string]: unknown
}

/** One endpoint on 127.0.0.1, as one slice: loopback endpoints differ in their ports, which belong to the slice. */
export interface EndpointShape {
  readonly service: string
  /** Default `default`. */
  readonly namespace?: string
  /** Default the first port. */
  readonly sliceName?: string
  /** Port numbers by port name. */
  readonly ports: Readonly<Record<string, number>>
  /** Default ready and serving, not terminating. */
  readonly conditions?: { readonly ready: boolean; readonly serving: boolean; readonly terminating: boolean }
}

/** The conditions of a pod that is being deleted and still answers. */
export const terminatingConditions = { ready: false, serving: true, terminating: true } as const

export function endpointSlice(shape: EndpointShape): KubernetesObject<'EndpointSlice'> {
  const { service, namespace = 'default', ports, conditions } = shape
  const sliceName = shape.sliceName ?? `${service}-${Object.values(ports)[0] ?? 'empty'}`
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name: sliceName, namespace, labels: { 'kubernetes.io/service-name': service } },
    addressType: 'IPv4',
    ports: Object.entries(ports).map(([name, port]) => ({ name, port, protocol: 'TCP' })),
    endpoints: [
      {
        addresses: ['127.0.0.1'],
        conditions: conditions ?? { ready: true, serving: true, terminating: false },
        targetRef: { kind: 'Pod', namespace, name: `pod-of-${sliceName}` },
      },
    ],
  }
}

/** A Service whose ports lead to container ports of the same name. */
export function serviceOf(
  name: string,
  options: { readonly namespace?: string; readonly ports?: Readonly<Record<string, number>> } = {},
): KubernetesObject<'Service'> {
  const { namespace = 'default', ports = { http: 80 } } = options
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace },
    spec: {
      selector: { app: name },
      ports: Object.entries(ports).map(([port, number]) => ({
        name: port,
        port: number,
        targetPort: port,
        protocol: 'TCP',
      })),
    },
  }
}

export function ingressClass(
  name: string,
  options: { readonly controller?: string; readonly isDefault?: 'true' | 'false' } = {},
): KubernetesObject<'IngressClass'> {
  const { controller = 'ingresskit.dev/ingress-controller', isDefault = 'false' } = options
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'IngressClass',
    metadata: { name, annotations: { 'ingressclass.kubernetes.io/is-default-class': isDefault } },
    spec: { controller },
  }
}

function pathOf({ path = '/', pathType = 'Prefix', ...backend }: RulePath): object {
  return { path, pathType, backend: backendOf(backend) }
}

function backendOf({ service, port = 80 }: Pick<RulePath, 'service' | 'port'>): object {
  return { service: { name: service, port: typeof port === 'number' ? { number: port } : { name: port } } }
}
