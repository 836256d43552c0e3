/** Runs a scenario under load and measures it. */

import { eventually } from './eventually.ts'
import { type FaultStage, openStage } from './fault-stage.ts'
import type { Scenario, ScenarioLength } from './scenario.ts'
import { siteHost } from './site.ts'
import { leaderWatch } from './leader-watch.ts'
import { type LoadOptions, type Loss, type SteadyLoad, steadyLoad } from './steady-load.ts'

export interface FaultFigures {
  readonly name: string
  readonly title: string
  readonly requests: number
  readonly lost: number
  /** On connections to a replica that the scenario killed; not in `lost`. */
  readonly lostOnKilled: number
  /** Details of the first ones. */
  readonly losses: readonly Loss[]
  /** From the end of the fault until every controller knows the cluster again. */
  readonly convergedMs: number
  /** Made by all controllers from the beginning of the fault until then. */
  readonly apiRequests: number
  /** The longest time without any answer to any client. */
  readonly longestGapMs: number
  /** How often `/readyz` of a controller in the Service did not say 200. */
  readonly unreadyAnswers: number
  /** Writes of replicas that did not lead. */
  readonly strangers: readonly string[]
  readonly note: string | undefined
}

/** 500 requests a second at full length. */
const loads: Readonly<Record<ScenarioLength, Pick<LoadOptions, 'getClients' | 'postClients' | 'intervalMs'>>> = {
  short: { getClients: 8, postClients: 4, intervalMs: 100 },
  full: { getClients: 18, postClients: 7, intervalMs: 50 },
}
/** Before the fault and after it. */
const requestsAround: Readonly<Record<ScenarioLength, number>> = { short: 100, full: 2500 }
const requestsWithinMs = 60_000

/** Rejects when the controllers never know the cluster again, or one does not end as it should. */
export async function runScenario(scenario: Scenario, length: ScenarioLength): Promise<FaultFigures> {
  const stage = await openStage(scenario, length)
  const leaders = leaderWatch(stage.api)
  try {
    const connect: LoadOptions['connect'] = () => stage.service.connect()
    const load = steadyLoad({ host: siteHost, ...loads[length], connections: 'kept', connect })
    try {
      await moreRequests(load, length)
      const before = stage.apiRequests()
      const notes = await scenario.run(stage)
      const settledMs = await stage.converged(notes.overAt ?? performance.now())
      const apiRequests = stage.apiRequests() - before
      await moreRequests(load, length)
      await stayedConverged(stage)
      const unreadyAnswers = stage.service.unreadyAnswers()
      await load.stop()
      await endReplicas(stage)
      const clients = [load, ...(notes.moreClients === undefined ? [] : [notes.moreClients])]
      return {
        name: scenario.name,
        title: scenario.title,
        requests: clients.reduce((sum, each) => sum + each.sent(), 0),
        lost: lostOf(clients, replica => replica !== notes.killed),
        lostOnKilled: lostOf(clients, replica => replica === notes.killed),
        losses: clients.flatMap(each => each.losses()).filter(({ replica }) => replica !== notes.killed),
        convergedMs: Math.max(settledMs, notes.convergedMs ?? 0),
        apiRequests,
        longestGapMs: load.longestGapMs(),
        unreadyAnswers,
        strangers: leaders.strangers(),
        note: notes.note,
      }
    } finally {
      await load.stop()
    }
  } finally {
    leaders.stop()
    await stage.close()
  }
}

async function moreRequests(load: SteadyLoad, length: ScenarioLength): Promise<void> {
  const wanted = load.sent() + requestsAround[length]
  await eventually(() => {
    if (load.sent() < wanted) throw new Error(`the clients got no further than ${load.sent()} of ${wanted} requests`)
  }, requestsWithinMs)
}

function lostOf(clients: readonly SteadyLoad[], isCounted: (replica: string) => boolean): number {
  return clients
    .flatMap(each => [...each.lostBy()])
    .filter(([replica]) => isCounted(replica))
    .reduce((sum, [, count]) => sum + count, 0)
}

/** What arrives late must not undo what is known. */
async function stayedConverged(stage: FaultStage): Promise<void> {
  for (const { name, adminPort } of stage.replicas()) {
    const differences = await stage.site.differences(adminPort)
    if (differences.length > 0) throw new Error(`${name} forgot again: ${differences.join('; ')}`)
  }
}

/** A controller that a fault has damaged may show it at its end only. */
async function endReplicas(stage: FaultStage): Promise<void> {
  for (const replica of stage.replicas()) {
    const status = await replica.stop()
    if (status !== 0) throw new Error(`${replica.name} ended with status ${status}: ${replica.said()}`)
  }
}
