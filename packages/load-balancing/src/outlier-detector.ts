/** Finds endpoints that fail more than they should by the results of real requests (passive health checks). */

import type { Completion } from './balancer.ts'
import type { HealthSource } from './health-source.ts'
import { completeOutlierDetectionSettings, type OutlierDetectionSettings } from './outlier-detection-settings.ts'
import { type EjectedEndpoint, outlierEjections } from './outlier-ejections.ts'
import { steadyClock } from './steady-clock.ts'
import { successRateOutliers } from './success-rate.ts'

/** What outlier detection is built with. */
export interface OutlierDetectorOptions {
  /** Default for each that is left out: `outlierDetectionDefaults`. */
  readonly settings?: Partial<OutlierDetectionSettings>
  /** A clock in milliseconds; no step back of it does harm. */
  readonly now: () => number
}

/** Outlier detection over one backend; shared by the generations of its balancer. */
export interface OutlierDetector extends HealthSource {
  /** Keys of the endpoints that are ejected now; replaced when that changes. O(1) and a look at the clock. */
  unhealthy(): ReadonlySet<string>
  /**
   * The endpoints there are from now on; before the first call there are none. Forgets the others, except that who leaves
   * while it is ejected and returns before that is over is still ejected (the last 1,024 of them). O(n).
   */
  members(keys: readonly string[]): void
  /**
   * How an attempt ended. Ignored when it was aborted, for keys that are no members, and for ejected endpoints. O(1), but
   * O(members) once in an interval and O(ejected) for an ejection.
   */
  report(key: string, completion: Completion): void
  /** Members that are ejected now, with the time (of the clock given) at which they get requests again; for metrics. */
  ejected(): readonly EjectedEndpoint[]
  /** Ejections so far; never falls. */
  readonly ejections: number
}

/**
 * Ejects endpoints as Envoy does: for errors in a row at once, for a success rate far below the others' when an interval ends.
 *
 * An ejection lasts the base time, times the ejections so far; each interval without one takes one of them off again. Never
 * more than `maxEjectionPercent` are ejected, but one may be always. There are no timers: what an interval or an ejection ends
 * is made up for in the next call, with the result that a timer would have had. An endpoint returns when its time is over, not
 * at the end of an interval as in Envoy, and begins with clean counts.
 *
 * @see Envoy, "Outlier detection" (intro/arch_overview/upstream/outlier), Ejection algorithm; api/envoy/config/cluster/v3/outlier_detection.proto
 * @throws LoadBalancingError `invalid-option` for a setting out of its range.
 */
export const outlierDetector = (options: OutlierDetectorOptions): OutlierDetector => {
  const settings = completeOutlierDetectionSettings(options.settings ?? {})
  const { intervalMs } = settings
  const time = steadyClock(options.now)
  const ejections = outlierEjections(settings)
  let results = new Map<string, Results>()
  let intervalEndMs = time() + intervalMs
  let ejectionCount = 0

  const eject = (key: string, atMs: number): void => {
    if (!ejections.eject(key, atMs)) return
    results.set(key, newResults())
    ejectionCount += 1
  }

  const endInterval = (endMs: number): void => {
    ejections.release(endMs)
    const { successRateMinimumHosts, successRateRequestVolume, successRateStdevFactor } = settings
    const rates = [...results]
      .filter(([key, { total }]) => total > 0 && total >= successRateRequestVolume && !ejections.unhealthy().has(key))
      .map(([key, { total, successes }]) => ({ key, rate: successes / total }))
    for (const result of results.values()) {
      result.total = 0
      result.successes = 0
    }
    if (successRateMinimumHosts === 0 || rates.length < successRateMinimumHosts) return
    for (const key of successRateOutliers(rates, successRateStdevFactor)) eject(key, endMs)
  }

  /** Does what timers would have done until now; only the first of several intervals can have seen results. */
  const catchUp = (): number => {
    const atMs = time()
    if (atMs >= intervalEndMs) {
      const firstMs = intervalEndMs
      const count = Math.floor((atMs - firstMs) / intervalMs) + 1
      intervalEndMs += count * intervalMs
      endInterval(firstMs)
      ejections.release(atMs)
      ejections.forgive({ firstMs, count, intervalMs })
    }
    ejections.release(atMs)
    return atMs
  }

  return {
    unhealthy() {
      catchUp()
      return ejections.unhealthy()
    },
    members(keys) {
      const atMs = catchUp()
      results = new Map(keys.map(key => [key, results.get(key) ?? newResults()]))
      ejections.members(new Set(keys), atMs)
    },
    report(key, completion) {
      if (completion.outcome === 'aborted') return
      const atMs = catchUp()
      const result = results.get(key)
      if (result === undefined || ejections.unhealthy().has(key)) return
      if (add(result, kindOf(completion), settings) === 'outlier') eject(key, atMs)
    },
    ejected() {
      const offsetMs = options.now() - catchUp()
      return ejections.ejected().map(one => ({ ...one, untilMs: one.untilMs + offsetMs }))
    },
    get ejections() {
      catchUp()
      return ejectionCount
    },
  }
}

/** Of one member: in this interval, and in a row. */
interface Results {
  total: number
  successes: number
  errorsInRow: number
  gatewayErrorsInRow: number
}

type ResultKind = 'success' | 'server-error' | 'gateway-error'

const newResults = (): Results => ({ total: 0, successes: 0, errorsInRow: 0, gatewayErrorsInRow: 0 })

/** A failure without an error of its own status was found on this side of the connection: Envoy's locally originated errors. */
const kindOf = ({ outcome, status }: Completion): ResultKind => {
  if (status !== undefined && status >= 502 && status <= 504) return 'gateway-error'
  if (status !== undefined && status >= 500 && status <= 599) return 'server-error'
  return outcome === 'failure' ? 'gateway-error' : 'success'
}

/** Counts one result. A row that is long enough begins anew, so that an endpoint that may not be ejected is looked at again later. */
const add = (result: Results, kind: ResultKind, settings: OutlierDetectionSettings): 'outlier' | 'inconspicuous' => {
  result.total += 1
  if (kind === 'success') result.successes += 1
  result.errorsInRow = kind === 'success' ? 0 : result.errorsInRow + 1
  result.gatewayErrorsInRow = kind === 'gateway-error' ? result.gatewayErrorsInRow + 1 : 0
  const isLong = isReached(result.errorsInRow, settings.consecutive5xx)
  const isLongGateway = isReached(result.gatewayErrorsInRow, settings.consecutiveGatewayErrors)
  if (isLong) result.errorsInRow = 0
  if (isLongGateway) result.gatewayErrorsInRow = 0
  return isLong || isLongGateway ? 'outlier' : 'inconspicuous'
}

const isReached = (inRow: number, limit: number): boolean => limit > 0 && inRow >= limit
