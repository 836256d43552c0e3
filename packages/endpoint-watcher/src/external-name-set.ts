/** The endpoint set of a port of an ExternalName Service: one endpoint whose address is a name. */
import type { EndpointSet, ServiceEndpoint } from './endpoint-set.ts'
import { endpointSetHead } from './join-endpoints.ts'
import type { ExternalName } from './parse-external-name.ts'
import type { ParsedService, ServicePort } from './parse-service.ts'

/** Empty, with reason `external-name-denied`, when the policy denies such Services or the name itself is refused. */
export function externalNameSet(
  service: ParsedService,
  port: ServicePort,
  policy: { readonly externalName: 'deny' | 'allow'; readonly name: ExternalName },
): EndpointSet {
  const head = endpointSetHead(service, port)
  if (policy.externalName === 'deny' || policy.name.kind !== 'name') {
    return { ...head, usable: [], all: [], reason: 'external-name-denied' }
  }
  const { host } = policy.name
  // ExternalName is a DNS alias: targetPort does not apply, the port asked for is the port connected to.
  const endpoint: ServiceEndpoint = {
    key: `${host.includes(':') ? `[${host}]` : host}:${port.port}`,
    address: host,
    port: port.port,
    conditions: { ready: true, serving: true, terminating: false },
  }
  return { ...head, usable: [endpoint], all: [endpoint] }
}
