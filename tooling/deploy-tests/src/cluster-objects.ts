/** A small cluster around an installed controller, in which everything that it may do is needed. */
import { type FakeObjectInput, selfSignedCertificate } from '@ingresskit/testkit'
import { field, type ManifestObject } from './manifest-object.ts'

/** Of the chart: the Service of the sites and the class. */
export interface InstalledObjects {
  readonly service: ManifestObject | undefined
  readonly ingressClass: ManifestObject | undefined
}

/**
 * The pod `ingresskit/ingresskit-1` on a node, the Service with an address where it has one of its own, and in the namespace `shop` an
 * Ingress with a certificate whose other path leads to a Service that is missing.
 */
export function clusterObjects({ service, ingressClass }: InstalledObjects): readonly FakeObjectInput[] {
  const certificate = selfSignedCertificate({ names: ['shop.example'] })
  const shop = 'shop'
  const status = { loadBalancer: { ingress: [{ ip: '192.0.2.1' }] } }
  const backend = (name: string): object => ({ service: { name, port: { number: 80 } } })
  return [
    ...[service && { ...service, ...(field(service, 'spec.type') === 'LoadBalancer' ? { status } : {}) }, ingressClass]
      .filter(object => object !== undefined)
      .map(object => object as ManifestObject & FakeObjectInput),
    {
      kind: 'Node',
      metadata: { name: 'node-1' },
      status: { addresses: [{ type: 'InternalIP', address: '192.0.2.7' }] },
    },
    {
      kind: 'Pod',
      metadata: { name: 'ingresskit-1', namespace: 'ingresskit', labels: { 'app.kubernetes.io/name': 'ingresskit' } },
      spec: { nodeName: 'node-1' },
      status: { phase: 'Running' },
    },
    {
      kind: 'Ingress',
      metadata: { name: 'shop', namespace: shop },
      spec: {
        ingressClassName: ingressClass?.metadata.name,
        tls: [{ hosts: ['shop.example'], secretName: 'tls' }],
        rules: [
          {
            host: 'shop.example',
            http: {
              paths: [
                { path: '/', pathType: 'Prefix', backend: backend('web') },
                { path: '/missing', pathType: 'Prefix', backend: backend('missing') },
              ],
            },
          },
        ],
      },
    },
    { kind: 'Service', metadata: { name: 'web', namespace: shop }, spec: { ports: [{ port: 80, targetPort: 8080 }] } },
    {
      kind: 'EndpointSlice',
      metadata: { name: 'web-1', namespace: shop, labels: { 'kubernetes.io/service-name': 'web' } },
      addressType: 'IPv4',
      endpoints: [{ addresses: ['192.0.2.9'], conditions: { ready: true } }],
      ports: [{ port: 8080 }],
    },
    {
      kind: 'Secret',
      metadata: { name: 'tls', namespace: shop },
      type: 'kubernetes.io/tls',
      data: {
        'tls.crt': Buffer.from(certificate.certificatePem).toString('base64'),
        'tls.key': Buffer.from(certificate.privateKeyPem).toString('base64'),
      },
    },
  ]
}
