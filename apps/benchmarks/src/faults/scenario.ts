/** A fault in a cluster under load, and what is measured of it. */

import type { FaultStage } from './fault-stage.ts'
import type { SteadyLoad } from './steady-load.ts'

/** `short`: seconds, for tests. `full`: as long as such a fault lasts, for the figures. */
export type ScenarioLength = 'short' | 'full'

export interface Scenario {
  /** In kebab-case. */
  readonly name: string
  /** For the table. */
  readonly title: string
  /** Replicas at the beginning. Default 1. */
  readonly replicas?: number
  /** Options of the controllers beyond the usual ones. */
  readonly options?: (length: ScenarioLength) => readonly string[]
  /** What may get lost. `posts`: POST that is answered 502, because its backend was gone when it had been sent. Default `nothing`. */
  readonly mayLose?: 'nothing' | 'posts'
  /** How many API requests a controller may make from the beginning of the fault until it knows everything again. */
  readonly maxApiRequests: Readonly<Record<ScenarioLength, number>>
  /** Brings the fault about, changes the site meanwhile, and takes the fault away. Resolves with what else there is to say. */
  run(stage: FaultStage): Promise<ScenarioNotes>
}

export interface ScenarioNotes {
  /** When the fault was over, by `performance.now`; the default is when `run` resolves. */
  readonly overAt?: number
  /** The longest of several convergences that `run` measured itself, in milliseconds. */
  readonly convergedMs?: number
  /** Clients beyond the usual ones; `run` has stopped them. */
  readonly moreClients?: SteadyLoad
  /** The replica that was killed: what was lost on connections to it is not the others' fault, and is told apart. */
  readonly killed?: string
  /** What else there is to say, for the table. */
  readonly note?: string
}
