/** Changes of the controllers themselves. */

import type { ControllerReplica } from './controller-replica.ts'
import { eventually } from './eventually.ts'
import type { FaultStage } from './fault-stage.ts'
import { isRecord } from './is-record.ts'
import { leaderOf } from './leader-watch.ts'
import type { Scenario, ScenarioNotes } from './scenario.ts'

export const replicaScenarios: readonly Scenario[] = [
  {
    name: 'replicas-rolling',
    title: 'Rolling update of 2 controllers: a new one ready, then SIGTERM to an old one',
    replicas: 2,
    options: length => ['--drain-delay', length === 'full' ? '5' : '1'],
    maxApiRequests: { short: 100, full: 250 },
    run: replaceReplicas,
  },
  {
    name: 'leader-killed',
    title: 'The leader of 2 controllers killed (SIGKILL); until the other one writes the statuses',
    replicas: 2,
    maxApiRequests: { short: 80, full: 80 },
    run: killLeader,
  },
  {
    name: 'leader-frozen',
    title: 'The leader of 2 controllers frozen (SIGSTOP) until the other one leads, then thawed',
    replicas: 2,
    // Backends close idle connections while it is frozen; it may use one before it learns that.
    mayLose: 'posts',
    maxApiRequests: { short: 120, full: 120 },
    run: freezeLeader,
  },
]

async function replaceReplicas(stage: FaultStage): Promise<ScenarioNotes> {
  const rounds = stage.length === 'full' ? 3 : 1
  let replaced = 0
  for (let round = 0; round < rounds; round += 1) {
    for (const old of stage.replicas()) {
      await stage.addReplica()
      const status = await old.stop()
      if (status !== 0) throw new Error(`${old.name} ended with status ${status}: ${old.said()}`)
      replaced += 1
    }
  }
  return { note: `${replaced} controllers replaced` }
}

/** A Lease lasts 15 s, and followers look at it every 2 s. */
const electedWithinMs = 60_000

async function killLeader(stage: FaultStage): Promise<ScenarioNotes> {
  const leader = await eventually(() => leaderAmong(stage), electedWithinMs)
  await eventually(() => requireStatuses(stage), electedWithinMs)
  await leader.kill()
  const killedAt = performance.now()
  await stage.site.change()
  await eventually(() => requireStatuses(stage), electedWithinMs)
  const convergedMs = performance.now() - killedAt
  await eventually(() => leaderAmong(stage), electedWithinMs)
  return { overAt: killedAt, convergedMs, killed: leader.name }
}

/** What it holds back must not be written when it wakes up: it has lost the Lease, and may not know it yet. */
async function freezeLeader(stage: FaultStage): Promise<ScenarioNotes> {
  const leader = await eventually(() => leaderAmong(stage), electedWithinMs)
  await eventually(() => requireStatuses(stage), electedWithinMs)
  leader.freeze()
  await stage.site.change()
  await eventually(() => {
    if (leaderAmong(stage) === leader) throw new Error(`${leader.name} still leads`)
  }, electedWithinMs)
  await stage.site.change()
  leader.thaw()
  const thawedAt = performance.now()
  await eventually(() => requireStatuses(stage), electedWithinMs)
  return { overAt: thawedAt, convergedMs: performance.now() - thawedAt }
}

function leaderAmong({ api, replicas }: FaultStage): ControllerReplica {
  const name = leaderOf(api)
  const leader = replicas().find(replica => replica.name === name)
  if (leader === undefined) throw new Error(`none of the replicas leads; the Lease names ${name ?? 'nobody'}`)
  return leader
}

/** Throws while an Ingress does not say where it is served. */
function requireStatuses({ api }: FaultStage): void {
  for (const { metadata, status } of api.list('Ingress')) {
    const balancer = isRecord(status) ? status['loadBalancer'] : undefined
    const addresses = isRecord(balancer) ? balancer['ingress'] : undefined
    if (!Array.isArray(addresses) || addresses.length === 0) throw new Error(`Ingress ${metadata.name} has no address`)
  }
}
