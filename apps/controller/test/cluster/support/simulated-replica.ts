// A replica in a simulated cluster: its network delays and loses, it is cut off, stopped for a while, or killed.
import type { ClusterApi, Schedule } from '@ingresskit/kubernetes-watch'
import { type Election, startElection } from '../../../src/cluster/lease-election.ts'
import type { LeaseStore } from './lease-store.ts'
import type { SimulatedTime } from '../../support/simulated-time.ts'

/** How bad the network is. */
export interface Network {
  /** Longest way in one direction. */
  readonly maxDelayMs: number
  /** Part of the requests that never arrive. */
  readonly lostRequests: number
  /** Part of the requests that are served and whose answer never arrives. */
  readonly lostAnswers: number
}

/** A replica and what can happen to it. */
export interface SimulatedReplica {
  readonly identity: string
  readonly election: Election
  /** No packet passes until then. */
  cutOff(untilMs: number): void
  /** Neither timers nor answers are seen until then, as under SIGSTOP. */
  pause(untilMs: number): void
  /** It ends without a word. */
  kill(): void
  /** What became of it. */
  state(): 'running' | 'closed' | 'killed'
  close(): Promise<void>
  requests(): number
}

/** Starts one whose wall clock is wrong by `skewMs`. */
export function simulatedReplica(options: {
  readonly identity: string
  readonly store: LeaseStore
  readonly time: SimulatedTime
  readonly random: () => number
  readonly network: Network
  readonly skewMs: number
}): SimulatedReplica {
  const { identity, store, time, random, network, skewMs } = options
  let cutUntilMs = 0
  let pausedUntilMs = 0
  let killed = false
  let closed = false
  let requests = 0

  const awake = (run: () => void): void => {
    if (killed) return
    if (time.monotonicMs() < pausedUntilMs) time.schedule(pausedUntilMs - time.monotonicMs(), () => awake(run))
    else run()
  }
  const schedule: Schedule = (delayMs, run) => {
    let cancelled = false
    const cancel = time.schedule(delayMs, () => awake(() => (cancelled ? undefined : run())))
    return () => {
      cancelled = true
      cancel()
    }
  }
  const connected = (): boolean => time.monotonicMs() >= cutUntilMs
  const api: ClusterApi = {
    request: request =>
      new Promise((resolve, reject) => {
        requests += 1
        request.signal.addEventListener('abort', () => reject(new Error('aborted')))
        if (request.signal.aborted) return reject(new Error('aborted'))
        if (!connected() || random() < network.lostRequests) return undefined
        return time.schedule(random() * network.maxDelayMs, () => {
          const { status, object } = store.answer(request)
          if (!connected() || random() < network.lostAnswers) return
          const answer = { status, retryAfterMs: undefined, body: bodyOf(object) }
          time.schedule(random() * network.maxDelayMs, () => awake(() => resolve(answer)))
        })
      }),
    close: () => Promise.resolve(),
  }
  const election = startElection({
    api,
    namespace: 'ingresskit',
    name: 'leader',
    identity,
    now: () => Math.round(1_800_000_000_000 + time.monotonicMs() + skewMs),
    monotonicMs: time.monotonicMs,
    schedule,
    random,
    onChange: () => undefined,
    onFailure: () => undefined,
  })
  return {
    identity,
    election,
    cutOff: untilMs => {
      cutUntilMs = untilMs
    },
    pause: untilMs => {
      pausedUntilMs = untilMs
    },
    kill: () => {
      killed = true
    },
    state: () => (killed ? 'killed' : closed ? 'closed' : 'running'),
    close: () => {
      closed = true
      return election.close()
    },
    requests: () => requests,
  }
}

async function* bodyOf(object: unknown): AsyncGenerator<Uint8Array> {
  yield new TextEncoder().encode(JSON.stringify(object))
}
