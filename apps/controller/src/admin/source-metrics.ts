import type { ReadHealth } from '@ingresskit/kubernetes-watch'
import { Gauge, type Registry } from 'prom-client'

/** How well the objects are read from the cluster, by kind. With manifests there are no such series. */
export function registerSourceMetrics(registry: Registry, health: () => readonly ReadHealth[]): void {
  const metric = (name: string, help: string, read: (reads: readonly ReadHealth[]) => number): void => {
    const gauge = new Gauge({
      name,
      help,
      labelNames: ['kind'],
      registers: [registry],
      collect() {
        gauge.reset()
        for (const [kind, reads] of Map.groupBy(health(), read => read.kind)) gauge.set({ kind }, read(reads))
      },
    })
  }
  const sum = (count: (read: ReadHealth) => number) => (reads: readonly ReadHealth[]) =>
    reads.reduce((total, read) => total + count(read), 0)
  metric(
    'ingresskit_source_heard_seconds',
    'Time since the API server last sent anything of this kind, of the watch for which it is longest; bookmarks come about once a minute',
    reads => Math.max(...reads.map(({ heardAgoMs }) => heardAgoMs ?? Infinity)) / 1000,
  )
  metric(
    'ingresskit_source_failing',
    'Watches that cannot be kept: what they read before is served',
    sum(({ state }) => (state === 'failing' ? 1 : 0)),
  )
  // Gauges, for the watches of a Secret that nobody names any more take their counts with them.
  metric(
    'ingresskit_source_lists',
    'Times that all objects were read',
    sum(({ lists }) => lists),
  )
  metric(
    'ingresskit_watch_restarts',
    'Watches opened after the first one',
    sum(({ watches }) => Math.max(0, watches - 1)),
  )
  metric(
    'ingresskit_watch_failures',
    'Requests and watches that failed',
    sum(({ failures }) => failures),
  )
  metric(
    'ingresskit_watch_malformed',
    'Events and objects that could not be read',
    sum(({ malformed }) => malformed),
  )
}
