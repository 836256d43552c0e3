import type { ObjectKey, ObjectSnapshot } from '@ingresskit/kubernetes-watch'
import type { InFlight } from '@ingresskit/load-balancing'
import type { ReadTallies } from '../admin/tallies-collector.ts'
import type { UpstreamState } from '../balancing/upstream-state.ts'
import type { HealthVerdict } from '../health/health-verdicts.ts'
import type { Snapshot } from '../snapshot/snapshot.ts'

/** What the control plane has published, for whoever carries traffic. */
export interface Publication {
  /** What the snapshot was built from. */
  readonly objects: ObjectSnapshot
  readonly snapshot: Snapshot
  /** Secrets that the snapshot names: no others are handed on. */
  readonly secrets: ReadonlySet<ObjectKey>
  /** `recheck`: nothing changed but the time, by which certificates are judged. */
  readonly cause: 'change' | 'recheck'
}

/** The ports that traffic comes in by. */
export interface TrafficPorts {
  readonly http: number
  readonly https: number
}

/** What is open and being served. */
export interface TrafficLoad {
  readonly connections: number
  readonly requests: number
}

/** When a drain stops accepting, and when it cuts what is left. */
export interface DrainTimes {
  readonly delayMs: number
  readonly timeoutMs: number
}

/** Carries traffic as the last publication says: in this thread, or in threads of its own. */
export interface Traffic {
  /** Counts of about so many keys, by name, for the snapshots that are published here. */
  countsOf(name: string, expectedKeys: number): InFlight
  /**
   * Opens the ports once the publication is live; later ones are told by `publish`. To be called once.
   *
   * @throws when a port cannot be opened or a thread ends meanwhile; call `close` then.
   */
  open(first: Publication): Promise<TrafficPorts>
  /** Makes a snapshot live. Returns at once; nothing happens before `open`. */
  publish(next: Publication): void
  /** Over all threads; of one that does not answer within a second, what it last said. */
  load(): Promise<TrafficLoad>
  /** The counts of threads other than this one, that do not already stand in the counts of this thread. */
  readonly otherTallies: ReadTallies
  /** What the threads know of upstreams, one list for each; of one that does not answer within a second, what it last said. */
  upstreamStates(): Promise<readonly (readonly UpstreamState[])[]>
  /** Tells the balancers of the other threads what a health check found; those of this one are the caller's. */
  reportHealth(verdict: HealthVerdict): void
  /** As `DataPlane.drain`, over all threads. A second call with shorter times shortens it. */
  drain(times: DrainTimes): Promise<{ readonly cut: number }>
  /** Ends everything at once. */
  close(): Promise<void>
}
