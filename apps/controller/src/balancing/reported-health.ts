import type { HealthSource } from '@ingresskit/load-balancing'

/** The verdicts of health checks that are made elsewhere: in the main thread, for all threads. */
export class ReportedHealth implements HealthSource {
  #unhealthy: ReadonlySet<string> = new Set()

  unhealthy(): ReadonlySet<string> {
    return this.#unhealthy
  }

  /** Replaces them. */
  report(unhealthy: readonly string[]): void {
    this.#unhealthy = new Set(unhealthy)
  }
}
