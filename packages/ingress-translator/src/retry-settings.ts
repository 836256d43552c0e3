/** When a failed attempt is followed by one on another endpoint. */
export interface RetrySettings {
  /** Endpoints tried at most, the first included; 1 = no retries. Default 3. */
  readonly attempts: number
  /**
   * `connect`: no connection, so nothing was sent. `reset`: the connection was lost without an answer. `timeout`: the endpoint
   * was silent for too long. `invalid`: what came is no valid HTTP. Default `connect` and `reset`.
   */
  readonly on: readonly RetryReason[]
  /** Statuses of an answer that count as failures, ascending. Default none. */
  readonly statuses: readonly number[]
  /** `idempotent`: POST, PATCH and the like are repeated only if they were never sent (RFC 9110 §9.2.2). Default so. */
  readonly methods: 'idempotent' | 'all'
  /** No further attempt begins this long after the first one. Absent: no limit. */
  readonly withinMs?: number
  /** Retries in flight at most, as a percentage of the requests in flight for the Service. Default 20. */
  readonly budgetPercent: number
  /** Retries in flight that are allowed at any rate. Default 3. */
  readonly budgetMinimum: number
}

/** A failure of an attempt that a retry may mend. */
export type RetryReason = 'connect' | 'reset' | 'timeout' | 'invalid'

/** What holds for the keys that are not given. Budget: Envoy's `RetryBudget`. */
export const retryDefaults: RetrySettings = Object.freeze({
  attempts: 3,
  on: Object.freeze(['connect', 'reset'] as const),
  statuses: Object.freeze([]),
  methods: 'idempotent',
  budgetPercent: 20,
  budgetMinimum: 3,
})
