import type { RequestRecord } from '@ingresskit/proxy'
import { Gauge, Registry } from 'prom-client'
import type { Snapshot } from '../snapshot/snapshot.ts'
import type { Traffic } from '../workers/traffic.ts'
import { registerEndpointMetrics } from './endpoint-metrics.ts'
import { isEndpointLive } from './endpoint-liveness.ts'
import type { EndpointTalliesSnapshot } from './endpoint-tallies.ts'
import { RequestTallies } from './request-tallies.ts'
import { type ReadTallies, TalliesCollector } from './tallies-collector.ts'
import { registerTallies } from './tallies-metrics.ts'
import type { SeriesLabels } from './tallies-snapshot.ts'

/** Prometheus metrics of the controller. Labels come from the configuration or a closed list, never from clients. */
export interface Metrics {
  readonly registry: Registry
  /** The counts of this thread: what it serves itself, and what threads that are gone had counted. */
  readonly tallies: RequestTallies
  /** Counts a request of this thread; allocates nothing in the steady state. */
  record(request: RequestRecord): void
  /** Attempts by endpoint, over all threads. */
  endpointTallies(): Promise<EndpointTalliesSnapshot>
}

/** What is read when the metrics are scraped. */
export interface MetricsSources {
  snapshot(): Snapshot | undefined
  readonly traffic?: Pick<Traffic, 'load' | 'upstreamStates'>
  /** Milliseconds since the epoch. */
  readonly now: () => number
  /** The counts of the other threads; default: there are none. */
  readonly otherThreads?: ReadTallies
}

export function createMetrics(sources: MetricsSources): Metrics {
  const registry = new Registry()
  const tallies = new RequestTallies()
  const collector = new TalliesCollector({
    read: async gone => {
      tallies.forget(gone)
      // Before the others are asked: what a thread that ends meanwhile had counted must not come twice.
      const own = tallies.snapshot()
      return [own, ...((await sources.otherThreads?.(gone)) ?? [])]
    },
    isLive: labels => isLive(sources.snapshot(), labels),
    isEndpointLive: labels => isEndpointLive(sources.snapshot(), labels),
    now: sources.now,
  })
  registerTallies(registry, collector)
  registerGauges(registry, sources)
  registerEndpointMetrics(registry, { ...sources, collector })
  return {
    registry,
    tallies,
    record: request => tallies.record(request),
    endpointTallies: async () => (await collector.collect()).tallies.endpoints,
  }
}

/** Whether requests may still be counted under these labels; always so before the first snapshot, and for those of no Ingress. */
function isLive(snapshot: Snapshot | undefined, { namespace, ingress, service }: SeriesLabels): boolean {
  if (snapshot === undefined || ingress === '') return true
  const compiled = snapshot.translation.ingresses.get(`${namespace}/${ingress}`)
  return compiled !== undefined && (service === '' || compiled.services.has(`${namespace}/${service}`))
}

function registerGauges(registry: Registry, { snapshot, traffic, now }: MetricsSources): void {
  const registers = [registry]
  gauge('ingresskit_connections', 'Open client connections', async () => (await traffic?.load())?.connections ?? 0)
  gauge('ingresskit_requests_in_flight', 'Requests being served', async () => (await traffic?.load())?.requests ?? 0)
  gauge('ingresskit_snapshot_version', 'Snapshots published since the start', () => snapshot()?.version ?? 0)
  gauge(
    'ingresskit_snapshot_age_seconds',
    'Time since the last publish',
    () => (now() - (snapshot()?.publishedAtMs ?? now())) / 1000,
  )
  gauge('ingresskit_snapshot_ingresses', 'Ingresses served', () => snapshot()?.translation.ingresses.size ?? 0)
  gauge('ingresskit_snapshot_rules', 'Rules in the routing table', () => snapshot()?.translation.table.size ?? 0)

  const problems = new Gauge({
    name: 'ingresskit_problems',
    help: 'Problems of the configuration',
    labelNames: ['severity', 'reason'],
    registers,
    collect() {
      problems.reset()
      for (const { severity, reason } of snapshot()?.problems ?? []) problems.inc({ severity, reason })
    },
  })
  const expiry = new Gauge({
    name: 'ingresskit_certificate_not_after_seconds',
    help: 'End of validity of each served certificate, seconds since the epoch',
    labelNames: ['secret'],
    registers,
    collect() {
      expiry.reset()
      for (const { secret, notAfterMs } of snapshot()?.certificates ?? []) expiry.set({ secret }, notAfterMs / 1000)
    },
  })

  function gauge(name: string, help: string, read: () => number | Promise<number>): void {
    const metric: Gauge = new Gauge({ name, help, registers, collect: async () => metric.set(await read()) })
  }
}
