/** The objects of a large cluster, as a busy one holds them: with the fields that controllers and `kubectl` leave behind. */

import type { FakeObjectInput } from '@ingresskit/testkit'

/** How many objects there are, and where their traffic ends. */
export interface ClusterShape {
  readonly ingresses: number
  readonly paths: number
  readonly services: number
  readonly endpoints: number
  /** Backends that answer `a` and `b`, on every loopback address. */
  readonly backendPorts: { readonly a: number; readonly b: number }
}

/** An endpoint as an EndpointSlice holds it. */
export type Endpoint = { readonly addresses: readonly string[]; readonly [field: string]: unknown }

/** Services with real endpoints: these, and the Ingresses that lead to them, carry the traffic. At most so many. */
const maxHotServices = 10
const endpointsPerSlice = 100
/** Ingresses and EndpointSlices that the probes change, one after the other. */
export const probeTargets = 10
export const namespace = 'scale'

export const hotServices = ({ services }: ClusterShape): number => Math.min(maxHotServices, services)
export const hostOf = (index: number): string => `site-${index}.example`
export const probeHost = (kind: 'endpoints' | 'ingress', index: number): string => `probe-${kind}-${index}.example`

/** One after the other, in the order in which people would create them. */
export function* clusterObjects(shape: ClusterShape): Generator<FakeObjectInput> {
  yield {
    kind: 'IngressClass',
    metadata: { name: 'ingresskit' },
    spec: { controller: 'ingresskit.dev/ingress-controller' },
  }
  for (let index = 0; index < shape.services; index += 1) {
    yield service(serviceName(index))
    yield* slicesOf(shape, index)
  }
  for (let index = 0; index < shape.ingresses; index += 1) yield ingress(shape, index)
  for (const answer of ['a', 'b'] as const) {
    yield service(`answer-${answer}`)
    yield slice(`answer-${answer}`, 0, shape.backendPorts[answer], [endpoint('127.0.0.1', `answer-${answer}`)])
  }
  for (let index = 0; index < probeTargets; index += 1) {
    yield service(`probe-${index}`)
    yield probeSlice(shape, index, 'a')
    yield ingressFor(`probe-endpoints-${index}`, probeHost('endpoints', index), [['/', `probe-${index}`]])
    yield probeIngress(index, 'a')
  }
}

/** Ingress `index`; with `changed`, its last path is another one. */
export function ingress(shape: ClusterShape, index: number, changed?: number): FakeObjectInput {
  const paths = Array.from({ length: shape.paths }, (_, at) => {
    // The first paths of the Ingresses that carry traffic lead to a Service with real endpoints.
    const to = at === 0 ? index % shape.services : (index * shape.paths + at) % shape.services
    const isChanged = changed !== undefined && at > 0 && at === shape.paths - 1
    return [isChanged ? `/changed-${changed}` : `/path-${at}`, serviceName(to)] as const
  })
  return ingressFor(`site-${index}`, hostOf(index), paths)
}

/** A Service; with `change`, another label or another port more. */
export function service(
  name: string,
  change?: { readonly release?: number; readonly ports?: 'one' | 'two' },
): FakeObjectInput {
  const more = change?.ports === 'two' ? [{ name: 'metrics', port: 9090, targetPort: 9090, protocol: 'TCP' }] : []
  return {
    kind: 'Service',
    metadata: {
      name,
      namespace,
      labels: { app: name, release: `r${change?.release ?? 0}` },
      ...leftBehind('kubectl-client-side-apply', { ports: { 80: {} }, selector: { app: {} }, type: {} }),
    },
    spec: {
      type: 'ClusterIP',
      clusterIP: '10.96.0.1',
      clusterIPs: ['10.96.0.1'],
      ipFamilies: ['IPv4'],
      internalTrafficPolicy: 'Cluster',
      selector: { app: name },
      ports: [{ name: 'http', port: 80, targetPort: 'http', protocol: 'TCP' }, ...more],
    },
  }
}

export const serviceName = (index: number): string => `service-${index}`

/** The EndpointSlices of Service `index`. */
export function* slicesOf(shape: ClusterShape, index: number): Generator<FakeObjectInput> {
  const isHot = index < hotServices(shape)
  const count = Math.floor(shape.endpoints / shape.services) + (index < shape.endpoints % shape.services ? 1 : 0)
  for (let first = 0; first < count; first += endpointsPerSlice) {
    const endpoints = Array.from({ length: Math.min(endpointsPerSlice, count - first) }, (_, at) => {
      const serial = index * Math.ceil(shape.endpoints / shape.services) + first + at
      return endpoint(isHot ? loopback(serial) : podAddress(serial), `${serviceName(index)}-${serial}`)
    })
    yield slice(serviceName(index), first / endpointsPerSlice, shape.backendPorts.a, endpoints)
  }
}

/** 16 million different addresses; `serial` may be larger. */
export const podAddress = (serial: number): string => octets(10, serial)
/** As many, and all of them answer. */
export const loopback = (serial: number): string => octets(127, serial + 256)

export function endpoint(address: string, podName: string): Endpoint {
  return {
    addresses: [address],
    conditions: { ready: true, serving: true, terminating: false },
    nodeName: `node-${podName.slice(-2)}.cluster.example`,
    targetRef: { kind: 'Pod', namespace, name: podName, uid: `7d0c3f5e-0000-4000-8000-${podName.padStart(12, '0')}` },
    zone: 'zone-a',
  }
}

export function probeSlice({ backendPorts }: ClusterShape, index: number, answer: 'a' | 'b'): FakeObjectInput {
  return slice(`probe-${index}`, 0, backendPorts[answer], [endpoint('127.0.0.1', `probe-${index}`)])
}

export function probeIngress(index: number, answer: 'a' | 'b'): FakeObjectInput {
  return ingressFor(`probe-ingress-${index}`, probeHost('ingress', index), [['/', `answer-${answer}`]])
}

function octets(first: number, serial: number): string {
  return `${first}.${(serial >> 16) & 255}.${(serial >> 8) & 255}.${serial & 255}`
}

function slice(of: string, number: number, port: number, endpoints: readonly Endpoint[]): FakeObjectInput {
  return {
    kind: 'EndpointSlice',
    metadata: {
      name: `${of}-${number}`,
      namespace,
      labels: {
        'kubernetes.io/service-name': of,
        'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io',
        app: of,
      },
      ownerReferences: [{ apiVersion: 'v1', kind: 'Service', name: of, controller: true, blockOwnerDeletion: true }],
      ...leftBehind('kube-controller-manager', { addressType: {}, endpoints: {}, ports: {} }),
    },
    addressType: 'IPv4',
    ports: [{ name: 'http', port, protocol: 'TCP' }],
    endpoints,
  }
}

function ingressFor(
  name: string,
  host: string,
  paths: readonly (readonly [path: string, service: string])[],
): FakeObjectInput {
  return {
    kind: 'Ingress',
    metadata: {
      name,
      namespace,
      labels: { app: name },
      ...leftBehind('kubectl-client-side-apply', { ingressClassName: {}, rules: {} }),
    },
    spec: {
      ingressClassName: 'ingresskit',
      rules: [
        {
          host,
          http: {
            paths: paths.map(([path, to]) => ({
              path,
              pathType: 'Prefix',
              backend: { service: { name: to, port: { number: 80 } } },
            })),
          },
        },
      ],
    },
  }
}

/** What every object in a real cluster carries and no controller needs. */
function leftBehind(manager: string, fields: object): { readonly managedFields: readonly object[] } {
  return {
    managedFields: [
      {
        manager,
        operation: 'Update',
        apiVersion: 'v1',
        time: '2026-01-01T00:00:00Z',
        fieldsType: 'FieldsV1',
        fieldsV1: {
          'f:metadata': { 'f:labels': { '.': {}, 'f:app': {} }, 'f:annotations': { '.': {} } },
          'f:spec': Object.fromEntries(Object.entries(fields).map(([name, value]) => [`f:${name}`, value as object])),
        },
      },
    ],
  }
}
