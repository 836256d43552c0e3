import { Gauge, type Registry } from 'prom-client'
import type { UpstreamState } from '../balancing/upstream-state.ts'
import type { Snapshot } from '../snapshot/snapshot.ts'
import type { Traffic } from '../workers/traffic.ts'
import { endpointFields, endpointWidth, labelsOfEndpoint } from './endpoint-tallies.ts'
import { ReadCounter, type Sample } from './read-counter.ts'
import type { Collected, TalliesCollector } from './tallies-collector.ts'

export interface EndpointMetricsSources {
  snapshot(): Snapshot | undefined
  readonly traffic?: Pick<Traffic, 'upstreamStates'>
  readonly collector: TalliesCollector
}

const portLabels = ['namespace', 'service', 'port'] as const
const endpointLabels = [...portLabels, 'endpoint'] as const

/** Registers what is known of single endpoints, and of the limits of their Services. */
export function registerEndpointMetrics(registry: Registry, sources: EndpointMetricsSources): void {
  const { snapshot, collector } = sources
  const registers = [registry]
  const counter = (name: string, help: string, field: keyof typeof endpointFields): void => {
    const labelNames = ['namespace', 'service', 'endpoint']
    registry.registerMetric(
      new ReadCounter({ name, help, labelNames, registers: [] }, collector, collected => samples(collected, field)),
    )
  }
  counter('ingresskit_endpoint_picks_total', 'Attempts on each endpoint', 'picks')
  counter('ingresskit_endpoint_failures_total', 'Attempts that failed, by endpoint', 'failures')
  counter('ingresskit_endpoint_answers_total', 'Attempts whose answer began, by endpoint', 'answers')
  counter(
    'ingresskit_endpoint_latency_seconds_total',
    'Time to the first byte of these answers: divided by their number, the mean latency',
    'seconds',
  )
  const inFlight = new Gauge({
    name: 'ingresskit_endpoint_requests_in_flight',
    help: 'Requests in flight by endpoint and Service',
    labelNames: endpointLabels,
    registers,
    collect() {
      inFlight.reset()
      for (const [key, counts] of countsByServicePort(snapshot()))
        for (const [endpoint, count] of counts) inFlight.set({ ...portOf(key), endpoint }, count)
    },
  })
  const unhealthy = new Gauge({
    name: 'ingresskit_endpoint_unhealthy',
    help: '1 for endpoints that failed their health checks',
    labelNames: endpointLabels,
    registers,
    collect() {
      unhealthy.reset()
      for (const { servicePort, checks } of snapshot()?.upstreams.values() ?? [])
        for (const endpoint of checks?.unhealthy() ?? []) unhealthy.set({ ...portOf(servicePort), endpoint }, 1)
    },
  })
  registerStates(registers, async () => (await sources.traffic?.upstreamStates()) ?? [])
}

function registerStates(registers: Registry[], ask: () => Promise<readonly (readonly UpstreamState[])[]>): void {
  // The metrics of one scrape are collected together: they ask the threads once.
  let asked: ReturnType<typeof ask> | undefined
  const read: typeof ask = () =>
    (asked ??= ask().finally(() => {
      asked = undefined
    }))
  const ejected = new Gauge({
    name: 'ingresskit_endpoint_ejected',
    help: 'Threads that have the endpoint ejected because of its answers',
    labelNames: endpointLabels,
    registers,
    async collect() {
      const threads = await read()
      ejected.reset()
      for (const state of threads.flat())
        for (const { key } of state.ejected) ejected.inc({ ...portOf(state.servicePort), endpoint: key })
    },
  })
  const ejections = new Gauge({
    name: 'ingresskit_endpoint_ejections',
    help: 'Ejections so far, by Service port, of the threads and policies there are',
    labelNames: portLabels,
    registers,
    async collect() {
      const threads = await read()
      ejections.reset()
      for (const state of threads.flat()) ejections.inc(portOf(state.servicePort), state.ejections)
    },
  })
  const breaker = new Gauge({
    name: 'ingresskit_circuit_breaker_open',
    help: 'Threads and policies that refuse requests because this limit of a circuit breaker is reached',
    labelNames: [...portLabels, 'limit'],
    registers,
    async collect() {
      const threads = await read()
      breaker.reset()
      for (const { servicePort, breaker: state } of threads.flat()) {
        if (state === undefined) continue
        for (const limit of ['connections', 'pending', 'requests'])
          breaker.inc({ ...portOf(servicePort), limit }, state === limit ? 1 : 0)
      }
    },
  })
}

/** `namespace/name:port` as labels. */
function portOf(servicePort: string): { readonly namespace: string; readonly service: string; readonly port: string } {
  const [, namespace = '', service = '', port = ''] = /^(.*)\/(.*):(\d+)$/.exec(servicePort) ?? []
  return { namespace, service, port }
}

/** Every policy over a Service port sees the same counts. */
function countsByServicePort(snapshot: Snapshot | undefined): ReadonlyMap<string, ReadonlyMap<string, number>> {
  const counts = new Map<string, Map<string, number>>()
  for (const { servicePort, balancer } of snapshot?.upstreams.values() ?? []) {
    const known = counts.get(servicePort) ?? new Map<string, number>()
    counts.set(servicePort, known)
    for (const { key } of balancer.endpoints) known.set(key, balancer.inFlight(key))
  }
  return counts
}

function samples({ tallies }: Collected, field: keyof typeof endpointFields): Sample[] {
  const { keys, values } = tallies.endpoints
  return keys.map((key, index) => ({
    labels: labelsOfEndpoint(key),
    value: values[index * endpointWidth + endpointFields[field]] ?? 0,
  }))
}
