import { describe, expect, it } from 'vitest'
import type { WatchedKind } from './kubernetes-object.ts'
import { trimmedObject } from './trimmed-object.ts'
import { watchedResources } from './watched-resources.ts'

const kept = {
  name: 'a',
  namespace: 'shop',
  uid: 'u',
  resourceVersion: '7',
  generation: 2,
  creationTimestamp: '2026-11-25T10:00:00Z',
}
const metadata = {
  ...kept,
  generateName: 'a-',
  selfLink: '/a',
  managedFields: [{ manager: 'kubectl' }],
  ownerReferences: [{ kind: 'Service', name: 'a' }],
  finalizers: ['x'],
  labels: { 'kubernetes.io/service-name': 'web', app: 'web' },
  annotations: { 'kubectl.kubernetes.io/last-applied-configuration': '{}', other: 'x' },
}
const trim = (kind: WatchedKind, object: Readonly<Record<string, unknown>>): unknown =>
  trimmedObject({ ...object, metadata }, metadata, watchedResources[kind])

describe('trimmedObject', () => {
  it('keeps what is wanted of an Ingress, and where it is published', () => {
    const spec = { ingressClassName: 'x', rules: [{ host: 'a.example' }], tls: [], unknown: 1 }
    const status = { loadBalancer: { ingress: [{ ip: '203.0.113.1' }] }, other: 1 }
    expect(trim('Ingress', { spec, status })).toEqual({
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      metadata: { ...kept, annotations: { other: 'x' } },
      spec,
      status: { loadBalancer: status.loadBalancer },
    })
  })

  it('keeps the controller and parameters of an IngressClass', () => {
    const spec = { controller: 'a/b', parameters: { kind: 'x' } }
    expect(trim('IngressClass', { spec })).toMatchObject({ metadata: { annotations: { other: 'x' } }, spec })
  })

  it('keeps ports and addresses of a Service', () => {
    const wanted = {
      type: 'LoadBalancer',
      ports: [{ port: 80, nodePort: 30_000 }],
      clusterIP: '10.0.0.1',
      clusterIPs: ['10.0.0.1'],
      externalIPs: ['203.0.113.9'],
      externalName: 'x.example',
      ipFamilies: ['IPv4'],
    }
    const loadBalancer = { ingress: [{ hostname: 'x.example' }] }
    const status = { loadBalancer, conditions: [{ type: 'x' }] }
    expect(trim('Service', { spec: { ...wanted, selector: { app: 'web' }, sessionAffinity: 'None' }, status })).toEqual(
      {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { ...kept, annotations: { other: 'x' }, labels: metadata.labels },
        spec: wanted,
        status: { loadBalancer },
      },
    )
  })

  it('keeps of an EndpointSlice whose it is, and of an endpoint where, in which state and which pod it is', () => {
    const ports = [{ name: 'http', port: 8080, protocol: 'TCP' }]
    const endpoint = {
      addresses: ['10.1.0.1'],
      conditions: { ready: true, serving: true, terminating: false },
      zone: 'a',
      hints: { forZones: [{ name: 'a' }] },
    }
    const dropped = { nodeName: 'node-1', hostname: 'x', deprecatedTopology: {} }
    const pod = { kind: 'Pod', name: 'web-1' }
    const endpoints = [{ ...endpoint, ...dropped, targetRef: { ...pod, namespace: 'shop', uid: 'p' } }]
    expect(trim('EndpointSlice', { addressType: 'IPv4', ports, endpoints })).toEqual({
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: { ...kept, labels: { 'kubernetes.io/service-name': 'web' } },
      addressType: 'IPv4',
      ports,
      endpoints: [{ ...endpoint, targetRef: pod }],
    })
  })

  it('has what is the same in many endpoints of a slice once', () => {
    const text = {
      conditions: { ready: true },
      zone: 'eu-central-1a',
      hints: { forZones: [{ name: 'eu-central-1a' }] },
    }
    const endpoints = ['10.1.0.1', '10.1.0.2'].map(address => ({ ...structuredClone(text), addresses: [address] }))
    const { endpoints: kept } = trim('EndpointSlice', { endpoints }) as { readonly endpoints: typeof endpoints }
    expect(kept).toEqual(endpoints)
    expect(kept[0]?.conditions).toBe(kept[1]?.conditions)
    expect(kept[0]?.hints).toBe(kept[1]?.hints)
  })

  it('keeps the data of Secrets and ConfigMaps', () => {
    expect(trim('Secret', { type: 'Opaque', data: { a: 'eA==' }, immutable: true })).toEqual({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: kept,
      type: 'Opaque',
      data: { a: 'eA==' },
    })
    expect(trim('ConfigMap', { data: { a: 'x' }, binaryData: { b: 'eA==' }, immutable: true })).toEqual({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: kept,
      data: { a: 'x' },
      binaryData: { b: 'eA==' },
    })
  })

  it.each(['Ingress', 'IngressClass', 'Service', 'EndpointSlice', 'Secret', 'ConfigMap'] as const)(
    'leaves a %s of a wrong shape for its readers to complain about, and adds no fields',
    kind => {
      const wrong = { spec: 1, status: 'x', endpoints: 'none', ports: {}, data: [] }
      const trimmed = trim(kind, wrong) as Readonly<Record<string, unknown>>
      for (const [field, value] of Object.entries(wrong)) {
        if (field in trimmed) expect(trimmed[field]).toEqual(value)
      }
      expect(Object.keys(trim(kind, {}) as object)).toEqual(['apiVersion', 'kind', 'metadata'])
      expect(trim('EndpointSlice', { endpoints: [null, 1, {}] })).toMatchObject({ endpoints: [null, 1, {}] })
    },
  )
})
