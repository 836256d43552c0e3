/** The scenario of the table: ten endpoints of which one is slow, one fails and one joins halfway. */

import type { Scenario } from './simulate.ts'
import type { ServerModel } from './simulated-server.ts'

const concurrency = 4
const meanMs = 10
const healthy = 7
const fullRun = { durationMs: 40_000, joinsAtMs: 20_000 } as const
const shortRun = { durationMs: 4000, joinsAtMs: 2000 } as const

/** Keys of the endpoints that the table has columns for. */
export const special = { slow: '10.0.0.8:80', failing: '10.0.0.9:80', joining: '10.0.0.10:80' } as const

/** How long the joining endpoint is looked at by itself. */
export const joinWindowMs = 5000

/** Each run is the same again for the same seed. */
export function siteScenario(seed: number, length: 'full' | 'short'): Scenario & { readonly joinsAtMs: number } {
  const { durationMs, joinsAtMs } = length === 'full' ? fullRun : shortRun
  const steady = Array.from({ length: healthy }, (_, index) => server(`10.0.0.${index + 1}:80`))
  return {
    servers: [
      ...steady,
      { ...server(special.slow), meanMs: 10 * meanMs },
      { ...server(special.failing), failsInMs: 1 },
      { ...server(special.joining), joinsAtMs, cold: { times: 5, forMs: joinWindowMs } },
    ],
    joinsAtMs,
    durationMs,
    // 60 % of what the seven and the slow one can do.
    requestsPerSecond: 0.6 * (healthy + 0.1) * concurrency * (1000 / meanMs),
    timeoutMs: 1000,
    maxAttempts: 1,
    hashKeys: 10_000,
    seed,
  }
}

/** The scenario in words, for above the table. */
export function scenarioText({
  servers,
  requestsPerSecond,
  durationMs,
  joinsAtMs,
  hashKeys,
  seed,
}: ReturnType<typeof siteScenario>): string {
  return `${durationMs / 1000} s of virtual time, seed ${seed}. ${servers.length} endpoints that work on ${concurrency} requests at a time, ${meanMs} ms each (exponential), and queue the others: ${healthy} of these,
one that takes 10 times as long, one that answers 503 after 1 ms, and one that joins after ${joinsAtMs / 1000} s and is cold (5 times as slow, falling to normal within ${joinWindowMs / 1000} s).
Poisson arrivals, ${Math.round(requestsPerSecond).toLocaleString('en')} a second: 60 % of what the first eight can do. An attempt is given up after 1 s. Hash keys are drawn from ${hashKeys.toLocaleString('en')}, each as likely.`
}

function server(key: string): ServerModel {
  return { key, concurrency, meanMs }
}
