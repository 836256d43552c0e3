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

  /** Tells the balancers. O(upstreams) while anything was said. */
  applyTo(upstreams: ReadonlyMap<string, ServiceUpstream>): void {
    if (this.#unhealthy.size === 0) return
    for (const { healthKey, checks } of upstreams.values()) {
      const unhealthy = healthKey === undefined ? undefined : this.#unhealthy.get(healthKey)
      if (unhealthy !== undefined) checks?.report(unhealthy)
    }
  }

  /** Forgets checks that none of these upstreams asks for: the newest ones that anything was said about. O(upstreams) while anything was said. */
  retain(upstreams: ReadonlyMap<string, ServiceUpstream>): void {
    if (this.#unhealthy.size === 0) return
    const asked = new Set([...upstreams.values()].map(({ healthKey }) => healthKey))
    for (const key of this.#unhealthy.keys()) if (!asked.has(key)) this.#unhealthy.delete(key)
  }

  /** All there is, for a thread that begins now. */
  entries(): readonly HealthVerdict[] {
    return [...this.#unhealthy]
  }
}
