import type { GoneSeries, TalliesSnapshot } from '../admin/tallies-snapshot.ts'
import type { HealthVerdict } from '../health/health-verdicts.ts'
import type { UpstreamState } from '../balancing/upstream-state.ts'
import type { ServeOptions } from '../options/option-table.ts'
import type { Identity } from '../self-signed.ts'
import type { CountsChange } from './shared-counts.ts'
import type { DrainTimes, Publication, TrafficLoad, TrafficPorts } from './traffic.ts'

/** What the main thread and a worker thread say to each other: structured clones, in order, never leaving the process. */

/** What a worker thread is started with. */
export interface WorkerSettings {
  readonly options: ServeOptions
  readonly admission: 'api-server' | 'none'
  /** Certificate for unknown server names: the same in all threads. */
  readonly fallbackIdentity: Identity
  /** What session cookies are signed with unless a Secret says; the same in all threads. */
  readonly sessionKey: Uint8Array
  /** From 1; the main thread is 0. */
  readonly thread: number
}

/** From the main thread. */
export type ToWorker =
  /** The first one holds everything, later ones what changed since. Answered `published`. */
  | {
      readonly kind: 'publish'
      readonly version: number
      /** `ObjectChanges` as JSON: made once for all workers, and read faster than a structured clone. */
      readonly objects: string
      readonly counts: readonly CountsChange[]
      readonly cause: Publication['cause']
    }
  /** Comes once, after the first `publish`. Answered `listening` or `listen-failed`. */
  | { readonly kind: 'listen'; readonly ports: TrafficPorts }
  /** Asks for what was counted, without these series. Answered `tallies`. */
  | { readonly kind: 'tallies'; readonly id: number; readonly gone: GoneSeries }
  /** Answered `states`. */
  | { readonly kind: 'states'; readonly id: number }
  /** What health checks found. */
  | {
      readonly kind: 'health'
      readonly verdicts: readonly HealthVerdict[]
    }
  /** Answered `load`. */
  | { readonly kind: 'load'; readonly id: number }
  /** Answered `stopped` when its ports are closed and `drained` once everything is; may come again with shorter times. */
  | { readonly kind: 'drain'; readonly times: DrainTimes }
  /** Every worker has closed its ports: clients that are sent away now do not come back to one that is about to close. */
  | { readonly kind: 'all-stopped' }

/** From a worker thread. */
export type FromWorker =
  | { readonly kind: 'published'; readonly version: number }
  | { readonly kind: 'listening'; readonly ports: TrafficPorts }
  | { readonly kind: 'listen-failed'; readonly message: string }
  | { readonly kind: 'tallies'; readonly id: number; readonly tallies: TalliesSnapshot }
  | { readonly kind: 'load'; readonly id: number; readonly load: TrafficLoad }
  | { readonly kind: 'states'; readonly id: number; readonly states: readonly UpstreamState[] }
  | { readonly kind: 'stopped' }
  /** The last word of a worker that has done all it was to do. */
  | { readonly kind: 'drained'; readonly cut: number; readonly tallies: TalliesSnapshot }
  /** The last word of a worker that is about to end by an uncaught error. */
  | { readonly kind: 'dying'; readonly tallies: TalliesSnapshot }
  /** A line of the log: JSON, as pino writes it. */
  | { readonly kind: 'log'; readonly line: string }
