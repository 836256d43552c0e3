/** Sends requests through a balancer to simulated servers, in virtual time. */

import type { Balancer, Completion, Endpoint } from '@ingresskit/load-balancing'
import { exponential, randomNumbers } from '../random-numbers.ts'
import { eventQueue } from './event-queue.ts'
import { type Job, type ServerModel, simulatedServer } from './simulated-server.ts'

/** What is simulated. */
export interface Scenario {
  readonly servers: readonly ServerModel[]
  /** Of Poisson arrivals. */
  readonly requestsPerSecond: number
  readonly durationMs: number
  /** An attempt that has no answer by then is given up, and has failed. */
  readonly timeoutMs: number
  /** Attempts a request may have, each on another endpoint; 1 = no retries. */
  readonly maxAttempts: number
  /** Hash keys are drawn from so many, each as likely; 0 = requests have none. */
  readonly hashKeys: number
  /** The same for the same arrivals, keys and work of each request, whatever the balancer does. */
  readonly seed: number
}

/** What the balancer is to go by; no other clock or chance may decide. */
export interface Surroundings {
  readonly now: () => number
  readonly random: () => number
}

/** What became of the requests. `arrivals` = answered + failed + in flight. */
export interface SimulationResult {
  readonly arrivals: number
  readonly answered: readonly AnsweredRequest[]
  readonly failed: number
  /** At the end. */
  readonly inFlight: number
  readonly attempts: readonly AttemptOn[]
}

/** One request that was answered with 200. */
export interface AnsweredRequest {
  readonly arrivedMs: number
  /** From its arrival to the answer, retries included. */
  readonly latencyMs: number
}

/** One attempt that began. */
export interface AttemptOn {
  readonly key: string
  readonly atMs: number
}

/** Runs the scenario with the balancer that `build` makes of the endpoints of the beginning. */
export function simulate(
  scenario: Scenario,
  build: (endpoints: readonly Endpoint[], surroundings: Surroundings) => Balancer<Endpoint>,
): SimulationResult {
  const { servers, timeoutMs, seed } = scenario
  const events = eventQueue()
  const running = new Map(servers.map(model => [model.key, simulatedServer(model, events)]))
  const membersAt = (atMs: number): readonly Endpoint[] =>
    servers.filter(({ joinsAtMs = 0 }) => joinsAtMs <= atMs).map(({ key }) => ({ key }))
  let balancer = build(membersAt(0), { now: events.now, random: randomNumbers(seed, 'balancer') })
  for (const { joinsAtMs = 0 } of servers) {
    if (joinsAtMs > 0) events.after(joinsAtMs, () => (balancer = balancer.withEndpoints(membersAt(joinsAtMs))))
  }

  const [arrivalGaps, works, keys] = ['arrivals', 'work', 'keys'].map(stream => randomNumbers(seed, stream))
  if (arrivalGaps === undefined || works === undefined || keys === undefined) throw new Error('three streams are drawn')
  const answered: AnsweredRequest[] = []
  const attempts: AttemptOn[] = []
  let arrivals = 0
  let failed = 0

  const attempt = (request: Request): void => {
    const isRetry = request.tried.size > 0
    const picker = balancer
    const result = picker.pick({
      ...(request.hashKey === undefined ? {} : { hashKey: request.hashKey }),
      ...(isRetry ? { excluded: request.tried } : {}),
    })
    if (result.kind === 'none') {
      failed += 1
      return
    }
    const { endpoint } = result
    const startedMs = events.now()
    const end = (completion: Completion): void => {
      job.isGivenUp = true
      picker.finished(endpoint, { ...completion, isRetry })
      if (completion.status === 200) {
        answered.push({ arrivedMs: request.arrivedMs, latencyMs: events.now() - request.arrivedMs })
        return
      }
      request.tried.add(endpoint.key)
      if (request.tried.size < scenario.maxAttempts) attempt(request)
      else failed += 1
    }
    const job: Job = {
      work: request.work,
      isGivenUp: false,
      // As our proxies tell it: an answer is a success of the attempt, and its status says the rest.
      answer: status => end({ outcome: 'success', status, latencyMs: events.now() - startedMs }),
    }
    attempts.push({ key: endpoint.key, atMs: startedMs })
    picker.started(endpoint, { isRetry })
    running.get(endpoint.key)?.offer(job)
    if (timeoutMs < scenario.durationMs) {
      events.after(timeoutMs, () => {
        if (!job.isGivenUp) end({ outcome: 'failure' })
      })
    }
  }

  const meanGapMs = 1000 / scenario.requestsPerSecond
  const arrive = (): void => {
    events.after(exponential(arrivalGaps) * meanGapMs, arrive)
    arrivals += 1
    attempt({
      arrivedMs: events.now(),
      work: exponential(works),
      hashKey: scenario.hashKeys === 0 ? undefined : `client-${Math.floor(keys() * scenario.hashKeys)}`,
      tried: new Set(),
    })
  }
  events.after(exponential(arrivalGaps) * meanGapMs, arrive)
  events.runUntil(scenario.durationMs)
  return { arrivals, answered, failed, inFlight: membersInFlight(balancer, servers), attempts }
}

interface Request {
  readonly arrivedMs: number
  readonly work: number
  readonly hashKey: string | undefined
  /** Keys of the endpoints that failed it. */
  readonly tried: Set<string>
}

/** By the balancer's own counts, so that conservation also says that the reports to it are right. */
function membersInFlight(balancer: Balancer<Endpoint>, servers: readonly ServerModel[]): number {
  return servers.reduce((sum, { key }) => sum + balancer.inFlight(key), 0)
}
