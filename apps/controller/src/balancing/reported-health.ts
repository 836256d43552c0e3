import type { HealthSource } from '@ingresskit/load-balancing'

/** The verdicts of health checks that are made elsewhere: in the main thread, for all threads. */
export class ReportedHealth implements HealthSource {
  #unhealthy: ReadonlySet<string> = new Set()

  unhealthy(): ReadonlySet<string> {
    return this.#unhealthy
  }

  /** Replaces them. The set stays the same while its elements do: balancers look at nothing else. */
  report(unhealthy: readonly string[]): void {
    const isSame = unhealthy.length === this.#unhealthy.size && unhealthy.every(key => this.#unhealthy.has(key))
    if (!isSame) this.#unhealthy = new Set(unhealthy)
  }
}
