import type { RouteTarget } from '@ingresskit/ingress-translator'
import type { Snapshot } from '../snapshot/snapshot.ts'

/** The live snapshot as the JSON of the admin API. Certificates are shown by their public facts alone. */

export type SnapshotView = (snapshot: Snapshot) => unknown

/** By the last part of `/api/v1/…`. */
export const snapshotViews: ReadonlyMap<string, SnapshotView> = new Map<string, SnapshotView>([
  ['routes', routes],
  ['services', services],
  ['endpoints', endpoints],
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

function describeTarget({ ingress, field, backend, balancing }: RouteTarget): object {
  return {
    ingress: `${ingress.namespace}/${ingress.name}`,
    field,
    backend:
      backend.kind === 'service'
        ? { service: `${backend.service.namespace}/${backend.service.name}`, port: backend.port }
        : { unavailable: backend.reason, message: backend.message },
    balancing,
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

function endpoints(snapshot: Snapshot): unknown {
  return [...snapshot.endpoints.sets.values()].flatMap(set => {
    const usable = new Set(set.usable.map(({ key }) => key))
    return set.all.map(endpoint => ({
      service: `${set.namespace}/${set.service}`,
      port: set.port,
      address: endpoint.key,
      pod: endpoint.pod ?? null,
      zone: endpoint.zone ?? null,
      usable: usable.has(endpoint.key),
      ...endpoint.conditions,
    }))
  })
}

function isoTime(epochMs: number): string {
  return new Date(epochMs).toISOString()
}
