/** What this package throws when a caller breaks its contract. */

/**
 * Which promise was broken: a weight that is no integer of 0 to 1,000,000, a start offset that is no non-negative integer, a thread
 * that is not among those the memory was made for, a factor of bounded loads below 1, another option out of its range,
 * or no `now` for a strategy that measures time.
 */
export type LoadBalancingErrorCode =
  | 'invalid-weight'
  | 'invalid-start'
  | 'invalid-thread'
  | 'invalid-factor'
  | 'invalid-option'
  | 'clock-missing'

/** Thrown while something is built, never by `pick`, `started` or `finished`. */
export class LoadBalancingError extends Error {
  /** Always `LoadBalancingError`. */
  override readonly name = 'LoadBalancingError'
  /** The reason for programs; the message is for people. */
  readonly code: LoadBalancingErrorCode

  constructor(code: LoadBalancingErrorCode, message: string) {
    super(message)
    this.code = code
  }
}
