/** One kind of load, run on one contestant at a time. */

import type { Contestant, ContestantName, SiteShape } from '../contestants/contestant.ts'
import type { AnswerCheck } from '../measure/answers.ts'

/** What one round on one contestant gave. */
export interface Sample {
  /** Requests, messages, handshakes or changes. */
  readonly requests: number
  /** Answers other than the expected ones, failed connections, time-outs. With any, the contestant's rounds are void. */
  readonly errors: number
  /** By name; the names are the same for every contestant of a workload. */
  readonly figures: Readonly<Record<string, number>>
}

/** A figure with a column in the tables. */
export interface Column {
  readonly figure: string
  readonly unit: string
}

export interface RoundOptions {
  readonly seconds: number
  /** `quick` only shows whether everything runs. */
  readonly scale: 'full' | 'quick'
  /** For files; gone when the run is over. */
  readonly folder: string
  /** Port of the backend itself. */
  readonly backendPort: number
}

interface WorkloadFacts {
  readonly name: string
  /** One line for the tables. */
  readonly about: string
  /** The first is what contestants are compared by. */
  readonly columns: readonly [Column, ...Column[]]
  /** Those that cannot do it, and why. */
  readonly without?: Readonly<Partial<Record<ContestantName, string>>>
}

/** Load on a contestant that serves a site. */
export interface LoadWorkload extends WorkloadFacts {
  readonly kind: 'load'
  readonly shape: SiteShape
  readonly backend: 'web' | 'uploads'
  /** Requests that contestant and backend must answer alike before anything is measured. */
  readonly checks: readonly AnswerCheck[]
  /** One process of the contestant for all rounds, after one round that does not count; or one for each, which begins cold. */
  readonly processes: 'warm' | 'fresh'
  run(contestant: Contestant, options: RoundOptions): Promise<Sample>
}

/** A measurement that starts and stops contestants itself. */
export interface OwnProcessesWorkload extends WorkloadFacts {
  readonly kind: 'own-processes'
  run(name: ContestantName, options: RoundOptions): Promise<Sample>
}

export type Workload = LoadWorkload | OwnProcessesWorkload
