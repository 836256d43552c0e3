import { endpointSets } from '@ingresskit/endpoint-watcher'

const service = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { namespace: 'shop', name: 'web' },
  spec: { ports: [{ name: 'http', port: 80, targetPort: 'http' }] },
}
const slice = {
  apiVersion: 'discovery.k8s.io/v1',
  kind: 'EndpointSlice',
  metadata: { namespace: 'shop', name: 'web-x7k2p', labels: { 'kubernetes.io/service-name': 'web' } },
  addressType: 'IPv4',
  ports: [{ name: 'http', port: 8080 }],
  endpoints: [
    { addresses: ['10.0.0.2'] },
    { addresses: ['10.0.0.1'] },
    { addresses: ['10.0.0.3'], conditions: { ready: false, serving: true, terminating: true } },
  ],
}

const sets = endpointSets({ services: [service], slices: [slice], externalName: 'deny', loopback: 'refuse' })
const set = sets.forPort('shop', 'web', 80)

console.log(set?.usable.map(endpoint => endpoint.key).join(' '), 'of', set?.all.length)
// prints: 10.0.0.1:8080 10.0.0.2:8080 of 3
