/** What the results of health checks say about endpoints; the checks themselves are made elsewhere. */

import type { HealthCheckSettings } from './health-check-settings.ts'
import type { HealthSource } from './health-source.ts'
import { numberOption } from './number-option.ts'

/** Healthy or not, by results in a row. One for each backend, shared by the generations of its balancer. */
export interface HealthCheckState extends HealthSource {
  /** Keys of the endpoints that are unhealthy now; replaced when that changes. O(1). */
  unhealthy(): ReadonlySet<string>
  /** The endpoints there are from now on. Forgets the others: one that comes back counts as healthy. O(n). */
  members(keys: readonly string[]): void
  /** The result of one check. Ignored for keys that are no members. O(1), but O(unhealthy) when the health of the endpoint changes. */
  report(key: string, result: 'passed' | 'failed'): void
}

/**
 * Follows the health of endpoints: `unhealthyThreshold` failures in a row make one unhealthy, `healthyThreshold` passed checks
 * in a row make it healthy again.
 *
 * A new endpoint is healthy until then: Kubernetes lists it because it is ready. Memory: one counter for each member.
 *
 * @throws LoadBalancingError `invalid-option` for a threshold that is no positive integer.
 */
export const healthCheckState = (
  thresholds: Pick<HealthCheckSettings, 'healthyThreshold' | 'unhealthyThreshold'>,
): HealthCheckState => {
  const healthyAfter = numberOption('healthyThreshold', thresholds.healthyThreshold, { kind: 'integer', from: 1 })
  const unhealthyAfter = numberOption('unhealthyThreshold', thresholds.unhealthyThreshold, { kind: 'integer', from: 1 })
  /** By member: results in a row that speak against its present health. */
  let contrary = new Map<string, number>()
  let unhealthy: ReadonlySet<string> = new Set()

  const turn = (key: string): void => {
    const next = new Set(unhealthy)
    if (!next.delete(key)) next.add(key)
    unhealthy = next
  }

  return {
    unhealthy: () => unhealthy,
    members(keys) {
      contrary = new Map(keys.map(key => [key, contrary.get(key) ?? 0]))
      const left = [...unhealthy].filter(key => contrary.has(key))
      if (left.length < unhealthy.size) unhealthy = new Set(left)
    },
    report(key, result) {
      const before = contrary.get(key)
      if (before === undefined) return
      const isUnhealthy = unhealthy.has(key)
      const isContrary = (result === 'passed') === isUnhealthy
      const count = isContrary ? before + 1 : 0
      const isTurning = count >= (isUnhealthy ? healthyAfter : unhealthyAfter)
      contrary.set(key, isTurning ? 0 : count)
      if (isTurning) turn(key)
    },
  }
}
