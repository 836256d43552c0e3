/** What an active health check asks for, and how often. */

/** Settings of the health check of a backend; who makes the probes reads them. */
export interface HealthCheckSettings {
  /** Path and query of the `GET`, beginning with `/`. */
  readonly path: string
  /** Statuses that pass, both ends included. Redirects are not followed. */
  readonly statuses: readonly StatusRange[]
  /** From the beginning of one probe of an endpoint to that of the next one. */
  readonly intervalMs: number
  /** No answer for so long is a failure. */
  readonly timeoutMs: number
  /** Passed probes in a row that make an unhealthy endpoint healthy. */
  readonly healthyThreshold: number
  /** Failed probes in a row that make a healthy endpoint unhealthy. */
  readonly unhealthyThreshold: number
  /** `Host` field of the probe. Default: the address of the endpoint. */
  readonly host?: string
  /** Port of the probe. Default: that of the endpoint. */
  readonly port?: number
}

/** Statuses from `from` to `to`, both included. */
export interface StatusRange {
  /** Lowest status that passes. */
  readonly from: number
  /** Highest status that passes. */
  readonly to: number
}

/**
 * Defaults of a health check. 200 to 399 pass, as with an `httpGet` probe of Kubernetes; so do the three failures in a row. An
 * endpoint that stops answering is avoided after 11 to 16 s, and has to pass twice to come back.
 *
 * @see Kubernetes API, core/v1 Probe `failureThreshold`, HTTPGetAction
 */
export const healthCheckDefaults: HealthCheckSettings = {
  path: '/',
  statuses: [{ from: 200, to: 399 }],
  intervalMs: 5_000,
  timeoutMs: 1_000,
  healthyThreshold: 2,
  unhealthyThreshold: 3,
}
