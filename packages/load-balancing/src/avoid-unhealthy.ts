/** Keeps requests away from unhealthy endpoints, unless too many are. */

import type { Balancer, Endpoint } from './balancer.ts'
import type { HealthSource } from './health-source.ts'
import { numberOption } from './number-option.ts'
import type { OutlierDetector } from './outlier-detector.ts'

/** Whom to ask, and when not to believe it. */
export interface AvoidUnhealthyOptions {
  /** Who is unhealthy for one of them is avoided. */
  readonly sources: readonly HealthSource[]
  /** Another source, which is also told how every attempt ended. */
  readonly detector?: OutlierDetector
  /**
   * When fewer than this percentage of the endpoints with a weight above 0 are healthy, health is ignored and all are used:
   * the rest could not carry the load, and it is rarely true. From 0 (never) to 100, default 50 as in Envoy.
   */
  readonly panicPercent?: number
}

/** A balancer that avoids unhealthy endpoints. */
export interface HealthAwareBalancer<E extends Endpoint> extends Balancer<E> {
  /** Whether so few endpoints are healthy now that health is ignored. */
  isPanicking(): boolean
  /** As of every balancer; the sources are told the keys of the next set. */
  withEndpoints(endpoints: readonly E[]): HealthAwareBalancer<E>
}

/**
 * A balancer that excludes unhealthy endpoints from the picks of the one given; `all-excluded` when no other is left, also for
 * a retry that tried all healthy ones.
 *
 * A pick asks each source for its set and costs nothing else while these are the same sets; O(unhealthy) when one was replaced,
 * and for a retry. The sources are told the keys of each new set of endpoints; they belong to this balancer and its generations.
 *
 * @see Envoy, "Panic threshold" (intro/arch_overview/upstream/load_balancing/panic_threshold)
 * @throws LoadBalancingError `invalid-option`; `withEndpoints` as that of the balancer given.
 */
export const avoidUnhealthy = <E extends Endpoint>(
  balancer: Balancer<E>,
  options: AvoidUnhealthyOptions,
): HealthAwareBalancer<E> => {
  const panicPercent = numberOption('panicPercent', options.panicPercent ?? 50, { kind: 'number', from: 0, to: 100 })
  const { detector } = options
  const sources = [...new Set(detector === undefined ? options.sources : [...options.sources, detector])]

  const generation = (inner: Balancer<E>): HealthAwareBalancer<E> => {
    const keys = inner.endpoints.map(({ key }) => key)
    for (const source of sources) source.members?.(keys)
    const health = healthView(inner.endpoints, sources, panicPercent)

    return {
      endpoints: inner.endpoints,
      pick(input) {
        const avoided = health().avoided
        if (avoided.size === 0) return inner.pick(input)
        return inner.pick({ ...input, excluded: union(avoided, input.excluded) })
      },
      isPanicking: () => health().mode === 'panic',
      started: (endpoint, attempt) => inner.started(endpoint, attempt),
      connected: endpoint => inner.connected(endpoint),
      finished(endpoint, completion) {
        detector?.report(endpoint.key, completion)
        inner.finished(endpoint, completion)
      },
      inFlight: key => inner.inFlight(key),
      withEndpoints: next => generation(inner.withEndpoints(next)),
    }
  }
  return generation(balancer)
}

interface Health {
  readonly mode: 'normal' | 'panic'
  /** Empty in a panic. */
  readonly avoided: ReadonlySet<string>
}

/** Whom to avoid among these endpoints; worked out again when a source has another set. */
const healthView = (
  endpoints: readonly Endpoint[],
  sources: readonly HealthSource[],
  panicPercent: number,
): (() => Health) => {
  const isPickable = new Map(endpoints.map(({ key, weight }) => [key, weight !== 0]))
  const pickableCount = endpoints.filter(({ weight }) => weight !== 0).length
  const seen: ReadonlySet<string>[] = []
  let health: Health = { mode: 'normal', avoided: new Set() }

  const look = (): Health => {
    // Endpoints of weight 0 don't count for the panic, but a session must not go to an unhealthy one either.
    const unhealthy = new Set(seen.flatMap(set => [...set]).filter(key => isPickable.has(key)))
    const unhealthyCount = [...unhealthy].filter(key => isPickable.get(key)).length
    const healthyPercent = (100 * (pickableCount - unhealthyCount)) / pickableCount
    return healthyPercent < panicPercent
      ? { mode: 'panic', avoided: new Set() }
      : { mode: 'normal', avoided: unhealthy }
  }

  return () => {
    let isOutdated = false
    for (let index = 0; index < sources.length; index += 1) {
      const current = sources[index]?.unhealthy()
      if (current === undefined || seen[index] === current) continue
      seen[index] = current
      isOutdated = true
    }
    if (isOutdated) health = look()
    return health
  }
}

const union = (avoided: ReadonlySet<string>, tried: ReadonlySet<string> | undefined): ReadonlySet<string> => {
  if (tried === undefined || tried.size === 0) return avoided
  const all = new Set(avoided)
  for (const key of tried) all.add(key)
  return all
}
