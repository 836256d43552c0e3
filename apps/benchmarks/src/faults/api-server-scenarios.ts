/** Faults of the API server: away, restarted, overloaded, slow. */

import { setTimeout as pause } from 'node:timers/promises'
import type { FaultStage } from './fault-stage.ts'
import type { Scenario, ScenarioNotes } from './scenario.ts'

export const apiServerScenarios: readonly Scenario[] = [
  {
    name: 'api-server-away',
    title: 'API server away for 60 s; endpoints change meanwhile',
    maxApiRequests: { short: 60, full: 100 },
    run: async stage => {
      stage.link.down()
      await stage.site.change()
      await pause(stage.length === 'full' ? 60_000 : 3000)
      await stage.site.change()
      stage.link.up()
      return {}
    },
  },
  {
    name: 'api-server-restart',
    title: 'API server restarted, 5 s away; its history compacted, its caches cold',
    maxApiRequests: { short: 60, full: 80 },
    run: async stage => {
      stage.link.down()
      await stage.api.goAway()
      await stage.site.change()
      await pause(stage.length === 'full' ? 5000 : 500)
      await stage.api.comeBack({ history: 'compacted', watchCache: 'cold' })
      stage.link.up()
      return {}
    },
  },
  {
    name: 'api-server-overloaded',
    title: 'API server answers 429 (Retry-After: 2) and 503 for 30 s',
    maxApiRequests: { short: 80, full: 120 },
    run: refuseEverything,
  },
  {
    name: 'slow-lists',
    title: 'History compacted, connections cut, and lists come at 1 KB/s',
    maxApiRequests: { short: 60, full: 80 },
    run: listSlowly,
  },
]

async function refuseEverything({ api, length, link, site }: FaultStage): Promise<ScenarioNotes> {
  api.failNext({ times: 8, answer: { kind: 'status', code: 429, retryAfterSeconds: 2 } })
  api.failNext({ times: Infinity, answer: { kind: 'status', code: 503 } })
  const before = api.requests().length
  link.cut('reset')
  await site.change()
  if (length === 'full') await pause(30_000)
  else await api.until(() => api.requests().length >= before + 10)
  await site.change()
  api.clearFaults()
  return {}
}

/** The fault is over when the lists have come: nobody makes them faster. So the time from its beginning is what is measured. */
async function listSlowly({ api, length, link, site }: FaultStage): Promise<ScenarioNotes> {
  link.limitRate(length === 'full' ? 1000 : 5000)
  const beganAt = performance.now()
  await site.change()
  api.compact()
  link.cut('reset')
  await site.change()
  return { overAt: beganAt, note: 'from its beginning: the lists stay slow' }
}
