/** What the project wants of itself. */

import type { ContestantName } from '../contestants/contestant.ts'

export interface Bound {
  readonly atMost?: number
  readonly atLeast?: number
}

/** A bound on a figure of ingresskit-wire: on its ratio to that of another contestant, or on the figure itself. */
export interface Target extends Bound {
  readonly workload: string
  readonly figure: string
  readonly against?: ContestantName
}

/** In the order of the workloads. */
export const targets: readonly Target[] = [
  ...throughput('small', { nginx: 0.8, haproxy: 0.9, 'http-proxy-3': 6 }),
  { workload: 'small', figure: 'cpuUs', against: 'nginx', atMost: 1.25 },
  ...throughput('ten-kb', { nginx: 0.75, haproxy: 0.75, 'http-proxy-3': 2 }),
  ...throughput('one-mb', { nginx: 0.75, haproxy: 0.75, 'http-proxy-3': 2 }),
  ...throughput('upload', { nginx: 0.75, haproxy: 0.75, 'http-proxy-3': 2 }),
  ...throughput('tls-small', { nginx: 0.8, haproxy: 0.8, 'http-proxy-3': 4 }),
  ...throughput('new-connection', { nginx: 0.7, haproxy: 0.7, 'http-proxy-3': 2.5 }),
  ...throughput('many-hosts', { nginx: 1, haproxy: 1, 'http-proxy-3': 6 }),
  { workload: 'many-hosts', figure: 'overSingle', atMost: 1.05 },
  { workload: 'idle-connections', figure: 'bytesEach', atMost: 6 * 1024 },
  { workload: 'idle-connections', figure: 'bytesEach', against: 'http-proxy-3', atMost: 0.5 },
  { workload: 'latency', figure: 'addedP50Ms', against: 'nginx', atMost: 1.3 },
  { workload: 'latency', figure: 'addedP99Ms', against: 'nginx', atMost: 2 },
  { workload: 'latency', figure: 'addedP99Ms', against: 'http-proxy-3', atMost: 0.5 },
  { workload: 'memory', figure: 'growth', atMost: 1.1 },
  { workload: 'reconfiguration', figure: 'liveMs1000', against: 'nginx', atMost: 0.5 },
  { workload: 'reconfiguration', figure: 'liveMs1000', against: 'haproxy', atMost: 1 },
  { workload: 'reconfiguration', figure: 'liveMs10000', against: 'nginx', atMost: 0.5 },
  { workload: 'reconfiguration', figure: 'liveMs10000', against: 'haproxy', atMost: 1 },
]

function throughput(workload: string, least: Readonly<Partial<Record<ContestantName, number>>>): Target[] {
  return Object.entries(least).map(([against, atLeast]) => ({
    workload,
    figure: 'perSecond',
    against: against as ContestantName,
    atLeast,
  }))
}
