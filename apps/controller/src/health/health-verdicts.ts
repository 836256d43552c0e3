import type { ServiceUpstream } from '../balancing/service-upstream.ts'

/** What health checks last said of each upstream, kept for upstreams and threads that come later. */
export class HealthVerdicts {
  readonly #unhealthy = new Map<string, readonly string[]>()

  /** Takes over what was found for one upstream. */
  set(upstream: string, unhealthy: readonly string[]): void {
    this.#unhealthy.set(upstream, unhealthy)
  }

  /** Tells the balancers, and forgets upstreams that are gone. */
  applyTo(upstreams: ReadonlyMap<string, ServiceUpstream>): void {
    for (const [key, unhealthy] of this.#unhealthy) {
      const upstream = upstreams.get(key)
      if (upstream === undefined) this.#unhealthy.delete(key)
      else upstream.checks?.report(unhealthy)
    }
  }

  /** All there is, for a thread that begins now. */
  entries(): readonly (readonly [upstream: string, unhealthy: readonly string[]])[] {
    return [...this.#unhealthy]
  }
}
