import type { EndpointSet } from '@ingresskit/endpoint-watcher'
import type { ServiceUpstream } from '../balancing/service-upstream.ts'
import type { UpstreamState } from '../balancing/upstream-state.ts'
import type { Snapshot } from '../snapshot/snapshot.ts'
import { endpointFields, endpointSeriesKey, type EndpointTalliesSnapshot, endpointWidth } from './endpoint-tallies.ts'

/** What is not in a snapshot: what happened since. */
export interface EndpointFacts {
  readonly tallies: EndpointTalliesSnapshot
  /** One list for each thread that carries traffic. */
  readonly states: readonly (readonly UpstreamState[])[]
}

/** `/api/v1/endpoints`: every endpoint of every Service, with how it does. */
export function endpointsView(snapshot: Snapshot, { tallies, states }: EndpointFacts): unknown {
  const indices = new Map(tallies.keys.map((key, index) => [key, index]))
  const upstreams = Map.groupBy(snapshot.upstreams.values(), ({ servicePort }) => servicePort)
  const statesByPort = Map.groupBy(states.flat(), ({ servicePort }) => servicePort)
  return [...snapshot.endpoints.sets.values()].flatMap(set => {
    const usable = new Set(set.usable.map(({ key }) => key))
    const own = upstreams.get(set.key) ?? []
    const ownStates = statesByPort.get(set.key) ?? []
    return set.all.map(endpoint => ({
      service: `${set.namespace}/${set.service}`,
      port: set.port,
      address: endpoint.key,
      pod: endpoint.pod ?? null,
      zone: endpoint.zone ?? null,
      usable: usable.has(endpoint.key),
      ...endpoint.conditions,
      inFlight: own[0]?.balancer.inFlight(endpoint.key) ?? 0,
      ...countsOf(set, endpoint.key, { indices, tallies }),
      healthCheck: healthOf(own, endpoint.key),
      ejectedUntil: ejectedUntil(ownStates, endpoint.key),
      circuitBreaker: breakerOf(ownStates),
    }))
  })
}

function countsOf(
  { namespace, service }: EndpointSet,
  key: string,
  { indices, tallies }: { readonly indices: ReadonlyMap<string, number>; readonly tallies: EndpointTalliesSnapshot },
): { readonly picks: number; readonly failures: number; readonly meanLatencyMs: number | null } {
  const index = indices.get(endpointSeriesKey({ namespace, service }, key))
  const read = (field: keyof typeof endpointFields): number =>
    index === undefined ? 0 : (tallies.values[index * endpointWidth + endpointFields[field]] ?? 0)
  const answers = read('answers')
  const meanLatencyMs = answers === 0 ? null : Math.round((read('seconds') / answers) * 1_000_000) / 1000
  return { picks: read('picks'), failures: read('failures'), meanLatencyMs }
}

/** `null`: nobody checks it. */
function healthOf(upstreams: readonly ServiceUpstream[], key: string): 'healthy' | 'unhealthy' | null {
  const checked = upstreams.filter(({ checks }) => checks !== undefined)
  if (checked.length === 0) return null
  return checked.some(({ checks }) => checks?.unhealthy().has(key)) ? 'unhealthy' : 'healthy'
}

/** The latest end of an ejection in any thread; `null`: it is not ejected. */
function ejectedUntil(states: readonly UpstreamState[], key: string): string | null {
  const ends = states.flatMap(({ ejected }) => ejected.filter(one => one.key === key)).map(one => one.untilEpochMs)
  return ends.length === 0 ? null : new Date(Math.max(...ends)).toISOString()
}

/** The limit that is reached in some thread, else `closed`; `null`: there is no circuit breaker. */
function breakerOf(states: readonly UpstreamState[]): string | null {
  const breakers = states.flatMap(({ breaker }) => breaker ?? [])
  return breakers.find(state => state !== 'closed') ?? breakers[0] ?? null
}
