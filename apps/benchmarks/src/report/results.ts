/** What a run leaves behind: every figure of every round, and where it was taken. */

import type { ContestantName } from '../contestants/contestant.ts'
import type { Column } from '../workloads/workload.ts'

/** Figures by name, one value for each round. */
export type Rounds = Readonly<Record<string, readonly number[]>>

export interface WorkloadResult {
  readonly workload: string
  readonly about: string
  readonly columns: readonly Column[]
  /** Contestants that are void or were left out have none. */
  readonly rounds: Readonly<Partial<Record<ContestantName, Rounds>>>
  /** Why the rounds of these do not count. With any, the run ends with status 1. */
  readonly voids: Readonly<Partial<Record<ContestantName, string>>>
  /** Why these have no rounds: they cannot do it, or do not start. */
  readonly leftOut: Readonly<Partial<Record<ContestantName, string>>>
}

export interface Machine {
  readonly cpu: string
  readonly cores: number
  readonly memoryGiB: number
  readonly kernel: string
}

export interface Results {
  /** UTC, to the minute. */
  readonly date: string
  /** With `+` when the working tree differs from it. */
  readonly commit: string
  readonly machine: Machine
  readonly versions: Readonly<Record<string, string>>
  readonly roundsOfEach: number
  readonly secondsOfEach: number
  readonly workloads: readonly WorkloadResult[]
}
