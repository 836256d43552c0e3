/** The site of a contestant as Kubernetes objects. */

import { stringify } from 'yaml'
import { endpointsOf, hostCount, hostOf, paths, type Site } from './contestant.ts'

/** Every object of the site, as one YAML stream. */
export function siteManifests(site: Site): string {
  const base64 = (text: string): string => Buffer.from(text).toString('base64')
  const objects = [
    {
      apiVersion: 'v1',
      kind: 'Secret',
      type: 'kubernetes.io/tls',
      metadata: { namespace: 'bench', name: 'tls' },
      data: { 'tls.crt': base64(site.certificatePem), 'tls.key': base64(site.privateKeyPem) },
    },
    ...service('pods', site.backendPort, endpointsOf(site.shape)),
    ...service('sockets', site.webSocketPort, ['127.0.0.1']),
    ingress(
      'site',
      'site.example',
      [
        ['/', 'pods', site.backendPort],
        ['/ws', 'sockets', site.webSocketPort],
      ],
      site.shape === 'least-conn' ? { 'ingresskit.dev/load-balance': 'least-conn' } : {},
    ),
    ...(site.shape === 'many-hosts'
      ? Array.from({ length: hostCount }, (_, at) =>
          ingress(
            `host-${at}`,
            hostOf(at),
            paths.map(path => [path, 'pods', site.backendPort] as const),
            {},
          ),
        )
      : []),
  ]
  return objects.map(object => stringify(object)).join('---\n')
}

function service(name: string, port: number, addresses: readonly string[]): object[] {
  const metadata = { namespace: 'bench', name }
  return [
    { apiVersion: 'v1', kind: 'Service', metadata, spec: { ports: [{ port, targetPort: port }] } },
    ...Array.from({ length: Math.ceil(addresses.length / 100) }, (_, slice) => ({
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: { namespace: 'bench', name: `${name}-${slice}`, labels: { 'kubernetes.io/service-name': name } },
      addressType: 'IPv4',
      ports: [{ port }],
      endpoints: addresses
        .slice(slice * 100, slice * 100 + 100)
        .map(address => ({ addresses: [address], conditions: { ready: true } })),
    })),
  ]
}

function ingress(
  name: string,
  host: string,
  rules: readonly (readonly [path: string, service: string, port: number])[],
  annotations: Readonly<Record<string, string>>,
): object {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { namespace: 'bench', name, annotations },
    spec: {
      ingressClassName: 'ingresskit',
      rules: [
        {
          host,
          http: {
            paths: rules.map(([path, service, number]) => ({
              path,
              pathType: 'Prefix',
              backend: { service: { name: service, port: { number } } },
            })),
          },
        },
      ],
    },
  }
}
