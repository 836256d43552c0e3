import type { KubernetesObject } from '@ingresskit/kubernetes-watch'
import { z } from 'zod'
import type { Pod } from './pod-fleet.ts'

const serviceSchema = z.object({
  spec: z.object({
    selector: z.record(z.string(), z.string()),
    ports: z.array(z.object({ name: z.string().optional() })),
  }),
})

/**
 * The EndpointSlices of the demo's pods: one for each pod and Service that selects it.
 *
 * One slice per pod because every pod listens on a port of its own here, and a slice has one list of ports for all.
 */
export function podSlices(
  services: Iterable<KubernetesObject>,
  pods: readonly Pod[],
): ReadonlyMap<string, KubernetesObject> {
  const slices = new Map<string, KubernetesObject>()
  for (const service of services) {
    const { namespace = 'default', name } = service.metadata
    const parsed = serviceSchema.safeParse(service)
    if (!parsed.success) continue
    const { selector, ports } = parsed.data.spec
    for (const pod of pods) {
      const { deployment } = pod
      const selected = Object.entries(selector).every(([label, value]) => deployment.labels[label] === value)
      if (!selected || deployment.namespace !== namespace) continue
      slices.set(`${namespace}/${name}-${pod.name}`, slice({ namespace, name }, ports, pod))
    }
  }
  return slices
}

function slice(
  service: { namespace: string; name: string },
  ports: readonly { name?: string | undefined }[],
  pod: Pod,
): KubernetesObject {
  const isReady = pod.phase === 'ready'
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      name: `${service.name}-${pod.name}`,
      namespace: service.namespace,
      labels: { 'kubernetes.io/service-name': service.name },
    },
    addressType: 'IPv4',
    ports: ports.map(({ name = '' }) => ({ name, port: pod.port, protocol: 'TCP' })),
    endpoints: [
      {
        addresses: ['127.0.0.1'],
        conditions: { ready: isReady, serving: true, terminating: !isReady },
        targetRef: { kind: 'Pod', namespace: service.namespace, name: pod.name },
      },
    ],
  }
}
