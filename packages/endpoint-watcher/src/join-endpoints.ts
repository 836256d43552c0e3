/** Joins one Service port with the Service's slices: which addresses, on which port, in which order. */
import type { EndpointConditions, EndpointSet, ServiceEndpoint } from './endpoint-set.ts'
import type { ParsedEndpointSlice, SliceEndpoint } from './parse-endpoint-slice.ts'
import type { ParsedService, ServicePort } from './parse-service.ts'

/**
 * The endpoint set of one Service port. Pure.
 *
 * A slice takes part through the ports of the Service port's name, or through all when it restricts none. Where the same
 * `address:port` comes twice, the entry in the better condition wins, then the one that comes first.
 * O(e log e) for e endpoints.
 */
export function joinEndpoints(
  service: ParsedService,
  port: ServicePort,
  slices: readonly ParsedEndpointSlice[],
): EndpointSet {
  const matches = slices.map(slice => ({ slice, ports: portNumbers(port, slice) }))
  const found = matches.flatMap(({ slice, ports }) =>
    slice.endpoints.flatMap(endpoint =>
      ports.map(number => ({ family: slice.addressType, endpoint: serviceEndpoint(endpoint, number) })),
    ),
  )
  const primary = service.ipFamilies[0]
  const ofPrimary = found.filter(({ family }) => family === primary)
  const all = withoutDuplicates((ofPrimary.length > 0 ? ofPrimary : found).map(({ endpoint }) => endpoint))
  const usable = usableEndpoints(all)
  return {
    ...endpointSetHead(service, port),
    usable,
    all,
    ...(usable.length > 0 ? {} : { reason: emptyReason(matches) }),
  }
}

/** What a set says about the Service port itself. */
export function endpointSetHead(
  service: ParsedService,
  port: ServicePort,
): Pick<EndpointSet, 'key' | 'namespace' | 'service' | 'port' | 'portName' | 'appProtocol'> {
  return {
    key: `${service.namespace}/${service.name}:${port.port}`,
    namespace: service.namespace,
    service: service.name,
    port: port.port,
    ...(port.name === '' ? {} : { portName: port.name }),
    ...(port.appProtocol === undefined ? {} : { appProtocol: port.appProtocol }),
  }
}

/** Port numbers of the slice that the Service port means; a named targetPort without any number in the slice means none. */
function portNumbers(port: ServicePort, slice: ParsedEndpointSlice): readonly number[] {
  const unrestricted = typeof port.targetPort === 'number' ? [port.targetPort] : []
  if (slice.ports === 'all') return unrestricted
  return slice.ports.filter(({ name }) => name === port.name).flatMap(({ port: number }) => number ?? unrestricted)
}

function serviceEndpoint(source: SliceEndpoint, port: number): ServiceEndpoint {
  // Most have one port. Not in a WeakMap: a hundred thousand entries make every garbage collection a long one.
  if (source.joined?.port === port) return source.joined
  const { joined: _before, ...endpoint } = source
  const host = endpoint.address.includes(':') ? `[${endpoint.address}]` : endpoint.address
  source.joined = { key: `${host}:${port}`, port, ...endpoint }
  return source.joined
}

function withoutDuplicates(endpoints: readonly ServiceEndpoint[]): readonly ServiceEndpoint[] {
  const byKey = new Map<string, ServiceEndpoint>()
  for (const endpoint of endpoints) {
    const known = byKey.get(endpoint.key)
    if (known === undefined || rank(endpoint.conditions) > rank(known.conditions)) byKey.set(endpoint.key, endpoint)
  }
  return [...byKey.values()].toSorted((a, b) => compareText(a.key, b.key))
}

function rank({ ready, serving, terminating }: EndpointConditions): number {
  return (ready ? 4 : 0) + (serving ? 2 : 0) + (terminating ? 0 : 1)
}

function usableEndpoints(all: readonly ServiceEndpoint[]): readonly ServiceEndpoint[] {
  const ready = all.filter(({ conditions }) => conditions.ready)
  return ready.length > 0 ? ready : all.filter(({ conditions }) => conditions.serving && conditions.terminating)
}

function emptyReason(
  matches: readonly { readonly slice: ParsedEndpointSlice; readonly ports: readonly number[] }[],
): 'no-slices' | 'none-ready' | 'port-not-found' {
  if (matches.length === 0) return 'no-slices'
  // The endpointslice controller keeps one placeholder without ports and endpoints for a Service that selects nothing.
  const meant = matches.some(({ slice, ports }) => ports.length > 0 || slice.endpoints.length === 0)
  return meant ? 'none-ready' : 'port-not-found'
}

/** By UTF-16 code units: the same on every machine, unlike a locale's order. */
function compareText(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}
