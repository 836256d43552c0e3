/** How long a change takes from the API server's write until it decides a request. */

import { Agent, get } from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'
import { sharedNowMs } from './cluster-messages.ts'
import type { ClusterProcess } from './cluster-process.ts'
import { percentile } from './percentile.ts'
import { probeHost, probeTargets } from './scale-set.ts'

export interface ProbeTimes {
  /** Milliseconds, in the order of the probes: the ports of an EndpointSlice changed. */
  readonly endpoints: readonly number[]
  /** The Service that an Ingress leads to changed. */
  readonly ingress: readonly number[]
  /** Answers that were neither the old nor the new one, and changes that did not come about in time. */
  readonly errors: number
}

interface Probe {
  readonly change: 'endpoints' | 'ingress'
  readonly index: number
  readonly answer: 'a' | 'b'
}

/** How long to wait between an answer and the next question. */
const pollMs = 1
const patienceMs = 10_000
/** After so long no further probe begins: where a change takes seconds, fewer say enough. */
const longestMs = 90_000

/**
 * Makes so many changes, one after the other, and asks over a kept connection until each is live, at most every
 * millisecond. A time counts from just before the server writes the change until the new answer is there. `first` is the number
 * of probes that the cluster has had, as each changes back what an earlier one changed.
 */
export async function measureProbes(
  cluster: ClusterProcess,
  httpPort: number,
  { count, first, random }: { readonly count: number; readonly first: number; readonly random: () => number },
): Promise<ProbeTimes> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  const times: { readonly endpoints: number[]; readonly ingress: number[] } = { endpoints: [], ingress: [] }
  let errors = 0
  const until = performance.now() + longestMs
  for (let number = first; number < first + count && performance.now() < until; number += 1) {
    const probe = probeOf(number)
    // So that changes do not fall in step with the publishing of the controller.
    await wait(random() * 100)
    const { liveAtMs, wrong } = await untilLive(cluster, { probe, httpPort, agent })
    errors += wrong
    if (liveAtMs === undefined) errors += 1
    else times[probe.change].push(liveAtMs)
  }
  agent.destroy()
  return { ...times, errors }
}

/** One line. */
export function describeProbes({ endpoints, ingress, errors }: ProbeTimes): string {
  const of = (name: string, times: readonly number[]): string =>
    `${name}: ${[0.5, 0.95, 0.99, 1].map(share => percentile(times, share).toFixed(0)).join('/')} ms`
  const parts = [of('all', [...endpoints, ...ingress]), of('endpoints', endpoints), of('Ingresses', ingress)]
  const count = endpoints.length + ingress.length
  return `${count} probes: a change is live after (p50/p95/p99/max) ${parts.join(', ')}; ${errors} errors`
}

/** Each target is changed once, and then once more and back, and so on. */
function probeOf(number: number): Probe {
  const turn = Math.floor(number / (2 * probeTargets))
  return {
    change: number % 2 === 0 ? 'endpoints' : 'ingress',
    index: Math.floor(number / 2) % probeTargets,
    answer: turn % 2 === 0 ? 'b' : 'a',
  }
}

async function untilLive(
  cluster: ClusterProcess,
  { probe, httpPort, agent }: { readonly probe: Probe; readonly httpPort: number; readonly agent: Agent },
): Promise<{ readonly liveAtMs: number | undefined; readonly wrong: number }> {
  const host = probeHost(probe.change, probe.index)
  // Opens the connection, before the clock starts.
  await ask(httpPort, host, agent)
  const written = cluster.tell({ kind: 'probe', ...probe }, 'written')
  // That it failed shows where it is waited for.
  written.catch(() => {})
  const until = performance.now() + patienceMs
  let wrong = 0
  while (performance.now() < until) {
    const answer = await ask(httpPort, host, agent)
    const at = sharedNowMs()
    if (answer === probe.answer) return { liveAtMs: at - (await written).atMs, wrong }
    if (answer !== 'a' && answer !== 'b') wrong += 1
    await wait(pollMs)
  }
  await written
  return { liveAtMs: undefined, wrong }
}

/** The body of a 200; anything else for another status or none. */
async function ask(port: number, host: string, agent: Agent): Promise<string> {
  return new Promise(resolve => {
    const request = get({ host: '127.0.0.1', port, path: '/', agent, headers: { host } }, response => {
      let body = ''
      response.on('data', (chunk: Buffer) => (body += chunk.toString('latin1')))
      response.once('end', () => resolve(response.statusCode === 200 ? body : `status ${response.statusCode}`))
      response.once('error', error => resolve(error.message))
    })
    request.setTimeout(patienceMs, () => request.destroy(new Error('no answer')))
    request.once('error', error => resolve(error.message))
  })
}
