import type { ServiceUpstream } from '../balancing/service-upstream.ts'

/** What a health check last said: the keys of the endpoints that are unhealthy. */
export type HealthVerdict = readonly [healthKey: string, unhealthy: readonly string[]]

/** What health checks last said, kept for upstreams and threads that come later. */
export class HealthVerdicts {
  readonly #unhealthy = new Map<string, readonly string[]>()

  /** Takes over what one check found. */
  set([healthKey, unhealthy]: HealthVerdict): void {
    this.#unhealthy.set(healthKey, unhealthy)
  }

  /** Tells the balancers, and forgets checks that no upstream asks for. O(upstreams) while anything was said. */
  applyTo(upstreams: ReadonlyMap<string, ServiceUpstream>): void {
    if (this.#unhealthy.size === 0) return
    const asked = new Set<string>()
    for (const { healthKey, checks } of upstreams.values()) {
      const unhealthy = healthKey === undefined ? undefined : this.#unhealthy.get(healthKey)
      if (healthKey === undefined || unhealthy === undefined) continue
      asked.add(healthKey)
      checks?.report(unhealthy)
    }
    for (const key of this.#unhealthy.keys()) if (!asked.has(key)) this.#unhealthy.delete(key)
  }

  /** All there is, for a thread that begins now. */
  entries(): readonly HealthVerdict[] {
    return [...this.#unhealthy]
  }
}
