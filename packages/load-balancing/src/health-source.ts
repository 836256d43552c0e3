/** Where `avoidUnhealthy` learns whom to avoid. */

/** Somebody with an opinion on endpoints: outlier detection, health checks, or one of your own. */
export interface HealthSource {
  /**
   * Keys that should get no requests; empty for none. Asked for each pick, so it must be cheap: the same set as long as
   * nothing changed, and another one, never a changed one, when something did.
   */
  unhealthy(): ReadonlySet<string>
  /** The endpoints there are from now on, by key; what was learned about others may be forgotten. */
  members?(keys: readonly string[]): void
}
