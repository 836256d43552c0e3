import type { DataPlane, RequestRecord } from '@ingresskit/proxy'
import { Counter, Gauge, Histogram, Registry } from 'prom-client'
import type { Snapshot } from '../snapshot/snapshot.ts'

/** Prometheus metrics of the controller. Labels come from the configuration or a closed list, never from clients. */
export interface Metrics {
  readonly registry: Registry
  record(request: RequestRecord): void
}

/** What is read when the metrics are scraped. */
export interface MetricsSources {
  snapshot(): Snapshot | undefined
  dataPlane(): DataPlane | undefined
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

const routeLabels = ['namespace', 'ingress', 'service'] as const
const methods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])
const durationBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60]

export function createMetrics(sources: MetricsSources): Metrics {
  const registry = new Registry()
  const registers = [registry]
  const requests = new Counter({
    name: 'ingresskit_requests_total',
    help: 'Finished requests',
    labelNames: [...routeLabels, 'method', 'status'],
    registers,
  })
  const answered = new Counter({
    name: 'ingresskit_proxy_answers_total',
    help: 'Requests that the proxy answered or cut itself, by reason',
    labelNames: ['reason'],
    registers,
  })
  const duration = new Histogram({
    name: 'ingresskit_request_duration_seconds',
    help: 'Time from the head of a request to its end',
    labelNames: routeLabels,
    buckets: durationBuckets,
    registers,
  })
  const received = new Counter({
    name: 'ingresskit_request_bytes_total',
    help: 'Bytes of request bodies',
    labelNames: routeLabels,
    registers,
  })
  const sent = new Counter({
    name: 'ingresskit_response_bytes_total',
    help: 'Bytes of response bodies',
    labelNames: routeLabels,
    registers,
  })
  const retries = new Counter({
    name: 'ingresskit_upstream_retries_total',
    help: 'Attempts after the first',
    labelNames: routeLabels,
    registers,
  })
  registerGauges(registry, sources)
  return {
    registry,
    record(request) {
      const { namespace = '', ingress = '', service = '' } = request.labels ?? {}
      const labels = { namespace, ingress, service }
      const method = methods.has(request.method) ? request.method : 'other'
      requests.inc({ ...labels, method, status: String(request.status) })
      if (request.reason !== undefined) answered.inc({ reason: request.reason })
      duration.observe(labels, request.durationMs / 1000)
      received.inc(labels, request.requestBytes)
      sent.inc(labels, request.responseBytes)
      if (request.attempts.length > 1) retries.inc(labels, request.attempts.length - 1)
    },
  }
}

function registerGauges(registry: Registry, { snapshot, dataPlane, now }: MetricsSources): void {
  const registers = [registry]
  gauge('ingresskit_connections', 'Open client connections', () => dataPlane()?.load().connections ?? 0)
  gauge('ingresskit_requests_in_flight', 'Requests being served', () => dataPlane()?.load().requests ?? 0)
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
  const inFlight = new Gauge({
    name: 'ingresskit_endpoint_requests_in_flight',
    help: 'Requests in flight by endpoint and Service',
    labelNames: ['namespace', 'service', 'port', 'endpoint'],
    registers,
    collect() {
      inFlight.reset()
      for (const [key, upstream] of snapshot()?.upstreams ?? []) {
        const [, namespace = '', service = '', port = ''] = /^(.*)\/(.*):(\d+)\|/.exec(key) ?? []
        for (const endpoint of upstream.endpoints)
          inFlight.inc({ namespace, service, port, endpoint: endpoint.key }, upstream.inFlight(endpoint.key))
      }
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

  function gauge(name: string, help: string, read: () => number): void {
    const metric: Gauge = new Gauge({ name, help, registers, collect: () => metric.set(read()) })
  }
}
