/** Backends that go: replaced one by one, as a Deployment does it, or dead without anybody saying so. */

import { setTimeout as pause } from 'node:timers/promises'
import type { FaultStage } from './fault-stage.ts'
import type { Scenario, ScenarioNotes } from './scenario.ts'

export const podScenarios: readonly Scenario[] = [
  {
    name: 'pods-rolling',
    title: 'Rolling update of the backends, which end a second after the cluster knows, with what they have finished',
    maxApiRequests: { short: 30, full: 60 },
    run: async stage => replacePods(stage, 'finish'),
  },
  {
    name: 'pods-exit-at-once',
    title: 'Rolling update of the backends, which exit at once on SIGTERM, 200 ms before the cluster knows',
    mayLose: 'posts',
    maxApiRequests: { short: 30, full: 60 },
    run: async stage => replacePods(stage, 'exit'),
  },
  {
    name: 'pod-dies-unnoticed',
    title: 'API server away for 30 s, and one of 3 backends dies in the beginning',
    mayLose: 'posts',
    maxApiRequests: { short: 60, full: 100 },
    run: loseOneUnnoticed,
  },
]

/** From the end of a process until its EndpointSlice says so: kubelet, API server and endpoint controller take their time. */
const newsMs = 200

async function replacePods(stage: FaultStage, onSigterm: 'finish' | 'exit'): Promise<ScenarioNotes> {
  const rounds = stage.length === 'full' ? 10 : 2
  const stepMs = stage.length === 'full' ? 500 : 100
  let replaced = 0
  for (let round = 0; round < rounds; round += 1) {
    for (const old of stage.site.pods()) {
      await stage.site.addPod()
      await pause(stepMs)
      if (onSigterm === 'exit') {
        await old.die()
        await pause(newsMs)
        stage.site.terminate(old)
        await pause(stepMs)
        stage.site.remove(old)
      } else {
        stage.site.terminate(old)
        await preStop(stage)
        // A pod's endpoint goes before its process or after it, as its controllers come to it.
        if (replaced % 2 === 0) await old.leave()
        stage.site.remove(old)
        if (replaced % 2 === 1) await old.leave()
      }
      replaced += 1
    }
  }
  return { note: `${replaced} pods replaced` }
}

/** What gives the news time to arrive before a pod ends: a second; in the short form no longer than it takes, however busy the machine. */
async function preStop(stage: FaultStage): Promise<void> {
  if (stage.length === 'full') {
    await pause(1000)
    return
  }
  await stage.converged(performance.now())
  await pause(100)
}

/** The dead one stays in the cluster, and so with the controller, until the API server is back. */
async function loseOneUnnoticed({ length, link, site }: FaultStage): Promise<ScenarioNotes> {
  const [victim] = site.pods()
  if (victim === undefined) throw new Error('the site has no pods')
  link.down()
  await victim.die()
  await pause(length === 'full' ? 30_000 : 2000)
  site.remove(victim)
  await site.addPod()
  link.up()
  return {}
}
