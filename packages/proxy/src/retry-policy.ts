/** Whether a failed attempt may be followed by another one: the whole policy in one pure function. */

/** How an attempt failed before a byte of an answer was passed on. */
export type FailureOutcome = 'connect-failed' | 'connect-timeout' | 'read-timeout' | 'reset' | 'invalid-response'

export interface FailedAttempt {
  readonly outcome: FailureOutcome
  /** The connection was idle in the pool before: it may have been closed by the backend while we wrote. */
  readonly reusedConnection: boolean
  readonly method: string
  /** The whole body, or none, can be sent again. */
  readonly bodyIsReplayable: boolean
  /** Attempts made on endpoints so far, this one included; further ones on a fresh connection are not counted. */
  readonly endpointsTried: number
  readonly maxAttempts: number
  /** A retry after the request was sent was made already. */
  readonly sentRetryUsed: boolean
}

export type RetryDecision = 'give-up' | 'another-endpoint' | 'fresh-connection'

const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS']) // RFC 9110 §9.2.1, without TRACE
const idempotentMethods = new Set([...safeMethods, 'PUT', 'DELETE']) // RFC 9110 §9.2.2

/** Whether a request with this method may ever be repeated after it was sent (RFC 9110 §9.2.2). */
export function isIdempotent(method: string): boolean {
  return idempotentMethods.has(method)
}

/**
 * A connection failure sent nothing: any request goes to another endpoint, up to `maxAttempts` in all.
 * A lost pooled connection is tried once more on a fresh one, when the method is idempotent and the body can be sent again.
 * A lost fresh connection may mean the backend died of the request: safe methods only, once.
 * Time-outs and invalid answers are not retried: the backend has the request, and waiting again would double the damage.
 */
export function retryDecision(failed: FailedAttempt): RetryDecision {
  switch (failed.outcome) {
    case 'connect-failed':
    case 'connect-timeout':
      return failed.endpointsTried < failed.maxAttempts ? 'another-endpoint' : 'give-up'
    case 'reset':
      if (failed.sentRetryUsed || !failed.bodyIsReplayable) return 'give-up'
      if (failed.reusedConnection) return idempotentMethods.has(failed.method) ? 'fresh-connection' : 'give-up'
      return safeMethods.has(failed.method) && failed.endpointsTried < failed.maxAttempts
        ? 'another-endpoint'
        : 'give-up'
    case 'read-timeout':
    case 'invalid-response':
      return 'give-up'
  }
}

/** The status a client gets when no attempt succeeded; `last` is how the last one failed. */
export function failureStatus(last: FailureOutcome): 502 | 504 {
  return last === 'connect-timeout' || last === 'read-timeout' ? 504 : 502
}
