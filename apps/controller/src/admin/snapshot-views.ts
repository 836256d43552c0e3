import type { RouteTarget } from '@ingresskit/ingress-translator'
import type { BalancedBackend } from '../balancing/service-upstream.ts'
import { describeCondition } from '../snapshot/explain-target.ts'
import type { Snapshot } from '../snapshot/snapshot.ts'
import { type EndpointFacts, endpointsView } from './endpoints-view.ts'

/** The live snapshot as the JSON of the admin API. Certificates are shown by their public facts alone. */

/** `readFacts` asks the threads that carry traffic what they know. */
export type SnapshotView = (snapshot: Snapshot, readFacts: () => Promise<EndpointFacts>) => unknown

/** By the last part of `/api/v1/…`. */
export const snapshotViews: ReadonlyMap<string, SnapshotView> = new Map<string, SnapshotView>([
  ['routes', routes],
  ['services', services],
  ['endpoints', async (snapshot, readFacts) => endpointsView(snapshot, await readFacts())],
  [
    'certificates',
    snapshot =>
      snapshot.certificates.map(({ notBeforeMs, notAfterMs, ...facts }) => ({
        ...facts,
        notBefore: isoTime(notBeforeMs),
        notAfter: isoTime(notAfterMs),
      })),
  ],
  ['problems', snapshot => snapshot.problems],
])

function routes(snapshot: Snapshot): unknown {
  return [...snapshot.translation.ingresses.values()].flatMap(({ rules, defaults }) => [
    ...rules.map(({ host, path, pathType, value }) => ({
      host: host ?? null,
      path,
      pathType,
      ...describeTarget(value),
    })),
    ...defaults.map(({ host, value }) => ({
      host: host ?? null,
      path: null,
      pathType: null,
      ...describeTarget(value),
    })),
  ])
}

function describeTarget(target: RouteTarget): object {
  const { ingress, field, split } = target
  return {
    ingress: `${ingress.namespace}/${ingress.name}`,
    field,
    condition: describeCondition(target),
    ...(split === undefined
      ? describeBackend(target)
      : { split: split.map(branch => ({ weight: branch.weight, ...describeBackend(branch) })) }),
  }
}

function describeBackend({ backend, balancing }: BalancedBackend): object {
  const { key: _canonical, ...settings } = balancing
  return {
    backend:
      backend.kind === 'service'
        ? { service: `${backend.service.namespace}/${backend.service.name}`, port: backend.port }
        : { unavailable: backend.reason, message: backend.message },
    balancing: settings,
  }
}

function services(snapshot: Snapshot): unknown {
  return [...snapshot.endpoints.sets.values()].map(set => ({
    namespace: set.namespace,
    name: set.service,
    port: set.port,
    portName: set.portName ?? null,
    usable: set.usable.length,
    endpoints: set.all.length,
    reason: set.reason ?? null,
  }))
}

function isoTime(epochMs: number): string {
  return new Date(epochMs).toISOString()
}
