/** The snapshot of some objects, without files, cluster or ports. */

import type { KubernetesObject, ObjectSnapshot } from '@ingresskit/kubernetes-watch'
import { createTlsStore } from '@ingresskit/tls-store'
import { selfSignedCertificate } from '@ingresskit/testkit'
import type { BalancingEnvironment } from '../../src/balancing/compose-balancer.ts'
import { serveOptions, sourceOptions } from '../../src/options/option-table.ts'
import { resolveOptions } from '../../src/options/resolve-options.ts'
import { SnapshotBuilder } from '../../src/snapshot/snapshot-builder.ts'
import type { Snapshot } from '../../src/snapshot/snapshot.ts'

const table = { ...sourceOptions, ...serveOptions }

export interface SnapshotSequence {
  /** The snapshot of these objects, following the ones before. */
  of(objects: readonly KubernetesObject[]): Snapshot
}

export interface SequenceOptions {
  readonly flags?: Readonly<Record<string, string>>
  readonly environment?: Partial<BalancingEnvironment>
}

/** Snapshots of one builder: each takes over from the one before. */
export function snapshotSequence({ flags = {}, environment = {} }: SequenceOptions = {}): SnapshotSequence {
  const { certificatePem, privateKeyPem } = selfSignedCertificate({ names: ['default.test'] })
  let keys = 0
  const builder = new SnapshotBuilder({
    options: resolveOptions(table, new Set(Object.keys(table)), { flags, environment: {} }),
    tlsStore: createTlsStore({ fallbackIdentity: { certificatePem, privateKeyPem }, now: () => 0 }),
    admission: 'none',
    now: () => 0,
    environment: { now: () => 0, random: () => 0.5, newKey: () => `key-${(keys += 1)}`, ...environment },
    sessionKey: new Uint8Array(32).fill(1),
  })
  return {
    of: objects => builder.build(objectSnapshot(objects), { follow: () => {}, settled: () => true }),
  }
}

/** The same map each time, as a source has it while nothing changes: then translations go on from the one before. */
const noClasses: ReadonlyMap<string, KubernetesObject> = new Map()

function objectSnapshot(objects: readonly KubernetesObject[]): ObjectSnapshot {
  const ofKind = (kind: string): ReadonlyMap<string, KubernetesObject> =>
    new Map(
      objects
        .filter(object => object.kind === kind)
        .map(object => [`${object.metadata.namespace ?? 'default'}/${object.metadata.name}`, object]),
    )
  return {
    objects: {
      Ingress: ofKind('Ingress'),
      IngressClass: noClasses,
      Service: ofKind('Service'),
      EndpointSlice: ofKind('EndpointSlice'),
      Secret: ofKind('Secret'),
      ConfigMap: new Map(),
    },
    problems: [],
    fileOf: () => undefined,
  }
}
