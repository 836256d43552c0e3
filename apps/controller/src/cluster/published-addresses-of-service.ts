// The addresses under which a Service is reached, for each of its types.
import type { KubernetesObject } from '@ingresskit/kubernetes-watch'
import type { ReportedProblem } from '../problem.ts'
import { fieldsOf } from './fields-of.ts'
import { canonicalAddresses, type LoadBalancerIngress, statusAddress } from './status-address.ts'

/** What a Service says about where it is reached. */
export interface ServiceAddresses {
  /** `nodes`: on ports of every node that runs the controller; the nodes' addresses are what to publish. */
  readonly addresses: readonly LoadBalancerIngress[] | 'nodes'
  readonly problems: readonly ReportedProblem[]
}

/**
 * LoadBalancer: what the load balancer got, and the external IPs; NodePort: the external IPs, else the nodes; ClusterIP: the
 * external IPs, else the cluster IPs; ExternalName: the name. What is no address is left out with a problem.
 */
export function serviceAddresses(service: KubernetesObject): ServiceAddresses {
  const spec = fieldsOf(service['spec'])
  const found = collector(service)
  const external = found.all('spec.externalIPs', spec['externalIPs'])
  switch (spec['type'] ?? 'ClusterIP') {
    case 'LoadBalancer': {
      const given = fieldsOf(fieldsOf(service['status'])['loadBalancer'])['ingress']
      const balanced = (Array.isArray(given) ? given : []).flatMap((entry: unknown) => {
        const { ip, hostname } = fieldsOf(entry)
        return found.all('status.loadBalancer.ingress', [ip, hostname].filter(isGiven))
      })
      const addresses = canonicalAddresses([...balanced, ...external])
      if (addresses.length === 0)
        found.pending('the load balancer has no address yet; check the cloud or LB controller')
      return { addresses, problems: found.problems }
    }
    case 'NodePort':
      return { addresses: external.length > 0 ? external : 'nodes', problems: found.problems }
    case 'ExternalName':
      return { addresses: found.all('spec.externalName', [spec['externalName']]), problems: found.problems }
    default: {
      if (external.length > 0) return { addresses: external, problems: found.problems }
      const given = Array.isArray(spec['clusterIPs']) ? spec['clusterIPs'] : [spec['clusterIP']].filter(isGiven)
      if (given.length > 0 && !given.includes('None')) {
        return { addresses: found.all('spec.clusterIPs', given), problems: found.problems }
      }
      found.unusable('spec.clusterIP', 'a headless Service has no address; publish a LoadBalancer or NodePort Service')
      return { addresses: [], problems: found.problems }
    }
  }
}

interface Collector {
  readonly problems: readonly ReportedProblem[]
  all(field: string, texts: unknown): readonly LoadBalancerIngress[]
  pending(message: string): void
  unusable(field: string, message: string): void
}

function collector(service: KubernetesObject): Collector {
  const problems: ReportedProblem[] = []
  const { name, namespace } = service.metadata
  const object = { kind: 'Service', name, ...(namespace === undefined ? {} : { namespace }) }
  const unusable = (field: string, message: string): void =>
    void problems.push({ severity: 'warning', reason: 'PublishServiceUnusable', ...object, field, message })
  return {
    problems,
    unusable,
    pending: message => {
      const field = 'status.loadBalancer.ingress'
      problems.push({ severity: 'warning', reason: 'PublishServicePending', ...object, field, message })
    },
    all: (field, texts) => {
      if (!Array.isArray(texts)) return []
      const found = texts.flatMap((text: unknown) => {
        const address = statusAddress(text)
        if (!address) unusable(field, `${JSON.stringify(text)} is no IP address and no DNS name; it is not published`)
        return address ?? []
      })
      return canonicalAddresses(found)
    },
  }
}

function isGiven(text: unknown): boolean {
  return text !== undefined && text !== ''
}
