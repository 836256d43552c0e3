import type { CircuitState } from '@ingresskit/load-balancing'
import type { ServiceUpstream } from './service-upstream.ts'

/** What one thread knows of an upstream beside its counts. Plain data, to be posted between threads. */
export interface UpstreamState {
  readonly key: string
  readonly servicePort: string
  /** Endpoints that outlier detection has ejected now. */
  readonly ejected: readonly { readonly key: string; readonly untilEpochMs: number }[]
  /** Ejections so far. */
  readonly ejections: number
  /** Absent without a circuit breaker. */
  readonly breaker?: CircuitState
}

/** Clocks of the thread: of its balancers, and of the world. */
export interface StateClocks {
  readonly now: () => number
  readonly epochNow: () => number
}

/** The state of every upstream that has one: with outlier detection or a circuit breaker. */
export function upstreamStates(
  upstreams: ReadonlyMap<string, ServiceUpstream>,
  { now, epochNow }: StateClocks,
): readonly UpstreamState[] {
  const offsetMs = epochNow() - now()
  return [...upstreams.values()].flatMap(({ key, servicePort, detector, breaker }): readonly UpstreamState[] => {
    if (detector === undefined && breaker === undefined) return []
    return [
      {
        key,
        servicePort,
        ejected: (detector?.ejected() ?? []).map(one => ({ key: one.key, untilEpochMs: one.untilMs + offsetMs })),
        ejections: detector?.ejections ?? 0,
        ...(breaker === undefined ? {} : { breaker: breaker.state() }),
      },
    ]
  })
}
