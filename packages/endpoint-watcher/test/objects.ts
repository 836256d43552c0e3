/** Kubernetes objects as the API server sends them, for the tests of this package. */
import type { KubernetesObject } from '@ingresskit/kubernetes-watch'
import { endpointSets, type EndpointSets } from '../src/index.ts'

export function service(spec: object, name = 'web'): KubernetesObject {
  return { apiVersion: 'v1', kind: 'Service', metadata: { namespace: 'shop', name }, spec }
}

/** A Service with the one port 80, unnamed. */
export const plainService: KubernetesObject = service({ ports: [{ port: 80, targetPort: 8080 }] })

export function slice(fields: object, name = 'web-a', serviceName = 'web'): KubernetesObject {
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { namespace: 'shop', name, labels: { 'kubernetes.io/service-name': serviceName } },
    addressType: 'IPv4',
    ports: [{ name: '', port: 8080, protocol: 'TCP' }],
    ...fields,
  }
}

export function compute(
  services: readonly KubernetesObject[],
  slices: readonly KubernetesObject[],
  options: {
    readonly externalName?: 'deny' | 'allow'
    readonly loopback?: 'allow' | 'refuse'
    readonly previous?: EndpointSets
  } = {},
): EndpointSets {
  return endpointSets({ services, slices, externalName: 'deny', loopback: 'refuse', ...options })
}
