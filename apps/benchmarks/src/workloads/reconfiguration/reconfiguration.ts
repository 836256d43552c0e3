/** How soon a changed Ingress is live among 1,000 and 10,000 of three paths each. */

import type { ContestantName } from '../../contestants/contestant.ts'
import { hostOf } from '../../manifest-set.ts'
import { median } from '../../report/statistics.ts'
import type { OwnProcessesWorkload, RoundOptions, Sample } from '../workload.ts'
import type { Changing, ChangingSite } from './changing.ts'
import { startChangingHaproxy } from './changing-haproxy.ts'
import { startChangingIngresskit } from './changing-ingresskit.ts'
import { startChangingNginx } from './changing-nginx.ts'
import { statusOf, untilLive } from './until-live.ts'

const sizes = [1000, 10_000] as const
const noRules = 'it has no rules to change'

const starters: Readonly<Partial<Record<ContestantName, (site: ChangingSite) => Promise<Changing>>>> = {
  nginx: startChangingNginx,
  haproxy: startChangingHaproxy,
  'ingresskit-wire': async site => startChangingIngresskit('wire', site),
  'ingresskit-http-proxy-3': async site => startChangingIngresskit('http-proxy-3', site),
}

/** One Ingress at a time, spread over all, gets a path more; counted until a new connection has its answer by that path. */
export const reconfiguration: OwnProcessesWorkload = {
  kind: 'own-processes',
  name: 'reconfiguration',
  about: 'a changed Ingress live, among 1,000 and 10,000',
  columns: [
    { figure: 'liveMs1000', unit: 'ms, 1,000 loaded' },
    { figure: 'liveMs10000', unit: 'ms, 10,000 loaded' },
  ],
  without: { 'http-proxy-3': noRules, undici: noRules },
  async run(name, options) {
    const start = starters[name]
    if (start === undefined) throw new Error(`${name} has no rules to change`)
    const figures: Record<string, number> = {}
    let [requests, errors] = [0, 0]
    for (const count of sizes) {
      const changing = await start({ folder: options.folder, count, backendPort: options.backendPort })
      try {
        const sample = await changeMany(changing, count, options)
        figures[`liveMs${count}`] = sample.figures['medianMs'] ?? Number.NaN
        figures[`slowestMs${count}`] = sample.figures['slowestMs'] ?? Number.NaN
        requests += sample.requests
        errors += sample.errors
      } finally {
        await changing.stop()
      }
    }
    return { requests, errors, figures }
  },
}

async function changeMany(changing: Changing, count: number, { scale }: RoundOptions): Promise<Sample> {
  const changes = scale === 'quick' ? 5 : 10
  const { httpPort } = changing
  const times: number[] = []
  let errors = 0
  for (const [index, path, expected] of [
    [0, '/path-0', 200],
    [count - 1, '/path-2', 200],
    [0, '/live-0', 404],
  ] as const) {
    if ((await statusOf(httpPort, hostOf(index), path)) !== expected) errors += 1
  }
  for (let round = 0; round < changes; round += 1) {
    const index = Math.floor((round * count) / changes)
    const path = `/live-${round}`
    const laidAt = await changing.change(index, path)
    const live = await untilLive(httpPort, hostOf(index), path)
    times.push(live.at - laidAt)
    errors += live.errors
  }
  return { requests: changes, errors, figures: { medianMs: median(times), slowestMs: Math.max(...times) } }
}
