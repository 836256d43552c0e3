/** Faults of watches: cut, silent, answered 410. */

import { setTimeout as pause } from 'node:timers/promises'
import type { FaultStage } from './fault-stage.ts'
import type { Scenario, ScenarioNotes } from './scenario.ts'

/** Of every resource that is watched. */
export const watchedPlurals = ['ingresses', 'ingressclasses', 'services', 'endpointslices'] as const

export const watchScenarios: readonly Scenario[] = [
  {
    name: 'watch-ended',
    title: 'Every watch ended by the server (FIN), again and again',
    maxApiRequests: { short: 40, full: 100 },
    run: async stage => cutRepeatedly(stage, 'end'),
  },
  {
    name: 'watch-reset',
    title: 'Every connection to the API server reset (RST), again and again',
    maxApiRequests: { short: 40, full: 100 },
    run: async stage => cutRepeatedly(stage, 'reset'),
  },
  {
    name: 'watch-silent',
    title: 'Connections to the API server fall silent, without an end',
    maxApiRequests: { short: 40, full: 120 },
    run: fallSilent,
  },
  {
    name: 'gone-storm',
    title: 'Every watch answered 410, for 60 s',
    maxApiRequests: { short: 80, full: 160 },
    run: refuseWatches,
  },
]

/** At full length watches have lived long enough to count as healthy; the short form cuts them when they are young. */
async function cutRepeatedly(stage: FaultStage, mode: 'end' | 'reset'): Promise<ScenarioNotes> {
  const rounds = stage.length === 'full' ? 5 : 2
  let convergedMs = 0
  for (let round = 0; round < rounds; round += 1) {
    if (stage.length === 'full') await pause(11_000)
    await Promise.all(watchedPlurals.map(async plural => stage.api.watchOpened(plural)))
    stage.link.cut(mode)
    const since = performance.now()
    await stage.site.change()
    convergedMs = Math.max(convergedMs, await stage.converged(since))
  }
  return { convergedMs }
}

/** Nothing ends it but the controller's own silence limit; the short form does not wait for that, but resets the connections. */
async function fallSilent(stage: FaultStage): Promise<ScenarioNotes> {
  stage.link.silence()
  const beganAt = performance.now()
  await stage.site.change()
  if (stage.length === 'full') return { overAt: beganAt, note: 'from its beginning: the silence limit is 120 s' }
  await pause(1500)
  stage.link.cut('reset')
  return {}
}

async function refuseWatches(stage: FaultStage): Promise<ScenarioNotes> {
  const { api, length, site } = stage
  const refusedBefore = api.requests().length
  const refused = (): number =>
    api
      .requests()
      .slice(refusedBefore)
      .filter(({ verb }) => verb === 'watch').length
  api.failNext({ verb: 'watch', times: Infinity, answer: { kind: 'status', code: 410 } })
  const expired = { kind: 'Status', apiVersion: 'v1', status: 'Failure', reason: 'Expired', code: 410 }
  for (const plural of watchedPlurals) api.sendRaw(plural, `${JSON.stringify({ type: 'ERROR', object: expired })}\n`)
  await site.change()
  if (length === 'full') await pause(60_000)
  else await api.until(() => refused() >= 8)
  await site.change()
  api.clearFaults()
  return { note: `${refused()} watches were refused` }
}
