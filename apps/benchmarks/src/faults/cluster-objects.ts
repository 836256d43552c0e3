/** The objects of the cluster in which faults happen; all in namespace `default`. */

import type { FakeObjectInput, TestCertificate } from '@ingresskit/testkit'
import type { Pod } from './pod.ts'

const namespace = 'default'

export const ingressClass: FakeObjectInput = {
  kind: 'IngressClass',
  metadata: { name: 'ingresskit' },
  spec: { controller: 'ingresskit.dev/ingress-controller' },
}

/** The Service that every Ingress leads to. */
export const webService: FakeObjectInput = {
  kind: 'Service',
  metadata: { name: 'web', namespace },
  spec: { selector: { app: 'web' }, ports: [{ name: 'http', port: 80, targetPort: 'http', protocol: 'TCP' }] },
}

/** An Ingress for one host; with a Secret also on HTTPS. */
export function ingressFor(name: string, host: string, secretName?: string): FakeObjectInput {
  const path = { path: '/', pathType: 'Prefix', backend: { service: { name: 'web', port: { number: 80 } } } }
  return {
    kind: 'Ingress',
    metadata: { name, namespace },
    spec: {
      ingressClassName: 'ingresskit',
      rules: [{ host, http: { paths: [path] } }],
      ...(secretName === undefined ? {} : { tls: [{ hosts: [host], secretName }] }),
    },
  }
}

export type EndpointState = 'ready' | 'terminating'

/** An EndpointSlice with one pod alone: on the loopback address pods differ in their ports, which belong to the slice. */
export function sliceOf(pod: Pod, state: EndpointState): FakeObjectInput {
  const isReady = state === 'ready'
  return {
    kind: 'EndpointSlice',
    metadata: { name: `web-${pod.name}`, namespace, labels: { 'kubernetes.io/service-name': 'web' } },
    addressType: 'IPv4',
    ports: [{ name: 'http', port: pod.port, protocol: 'TCP' }],
    endpoints: [
      {
        addresses: ['127.0.0.1'],
        conditions: { ready: isReady, serving: true, terminating: !isReady },
        targetRef: { kind: 'Pod', namespace, name: pod.name },
      },
    ],
  }
}

export function tlsSecret(name: string, certificate: TestCertificate): FakeObjectInput {
  const encode = (text: string): string => Buffer.from(text).toString('base64')
  return {
    kind: 'Secret',
    type: 'kubernetes.io/tls',
    metadata: { name, namespace },
    data: { 'tls.crt': encode(certificate.certificatePem), 'tls.key': encode(certificate.privateKeyPem) },
  }
}
