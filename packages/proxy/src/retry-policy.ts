/** Whether a failed attempt may be followed by another one: the whole policy in one pure function. */

import type { RetryCause, RetryRules } from './route-decision.ts'

/** How an attempt failed before a byte of an answer was passed on. */
export type FailureOutcome = 'connect-failed' | 'connect-timeout' | 'read-timeout' | 'reset' | 'invalid-response'

export interface FailedAttempt {
  /** How it failed, or the status of an answer of which nothing was passed on. */
  readonly fault: FailureOutcome | number
  /** The connection was idle in the pool before: it may have been closed by the backend while we wrote. */
  readonly reusedConnection: boolean
  readonly method: string
  /** The whole body, or none, can be sent again. */
  readonly bodyIsReplayable: boolean
  /** The client has got an interim answer already. */
  readonly interimPassedOn: boolean
  /** Attempts made on endpoints so far, this one included; further ones on a fresh connection are not counted. */
  readonly endpointsTried: number
  /** A connection to another endpoint was lost before. */
  readonly lostElsewhere: boolean
  /** Since the first attempt began. */
  readonly elapsedMs: number
}

export type RetryDecision = 'give-up' | 'another-endpoint' | 'fresh-connection'

const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS']) // RFC 9110 §9.2.1, without TRACE
const idempotentMethods = new Set([...safeMethods, 'PUT', 'DELETE']) // RFC 9110 §9.2.2

/** Whether a request with this method may ever be repeated after it was sent (RFC 9110 §9.2.2). */
export function isRepeatable(method: string, rules: RetryRules): boolean {
  return rules.methods === 'all' || idempotentMethods.has(method)
}

/** Whether a backend's answer with this status counts as a failure. What is below 400 never does. */
export function isRetriableStatus(status: number, rules: RetryRules): boolean {
  return status >= 400 && rules.statuses.has(status)
}

/**
 * A lost pooled connection is made good by a fresh one, whatever `on` says, when the method may be repeated and the body can be
 * sent again. Everything else needs its cause in `on`, or its status in `statuses`, and goes to another endpoint, up to `maxAttempts`:
 * a connection failure sent nothing, so any request does. A lost fresh connection may mean the backend died of the request: `resets` says
 * what is done then. After time-outs, invalid answers and statuses what may be repeated is, unless the client
 * has got an interim answer.
 */
export function retryDecision(failed: FailedAttempt, rules: RetryRules): RetryDecision {
  if (failed.elapsedMs >= rules.withinMs) return 'give-up'
  if (failed.fault === 'reset' && failed.reusedConnection) {
    const mayBeSentAgain = failed.bodyIsReplayable && isRepeatable(failed.method, rules)
    return mayBeSentAgain && !isSpent(failed, rules) ? 'fresh-connection' : 'give-up'
  }
  const isOver = failed.endpointsTried >= rules.maxAttempts || !isCause(failed.fault, rules)
  return !isOver && mayGoElsewhere(failed, rules) ? 'another-endpoint' : 'give-up'
}

/** What a balancer is told of an answer that was given up for its status: a client that asks for what is not there proves nothing. */
export function blameFor(status: number): 'success' | 'failure' {
  return status >= 500 ? 'failure' : 'success'
}

/** The status a client gets when no attempt succeeded; `last` is how the last one failed. */
export function failureStatus(last: FailureOutcome): 502 | 504 {
  return last === 'connect-timeout' || last === 'read-timeout' ? 504 : 502
}

const causes: Readonly<Record<FailureOutcome, RetryCause>> = {
  'connect-failed': 'connect',
  'connect-timeout': 'connect',
  'read-timeout': 'timeout',
  reset: 'reset',
  'invalid-response': 'invalid',
}

function isCause(fault: FailureOutcome | number, rules: RetryRules): boolean {
  return typeof fault === 'number' ? isRetriableStatus(fault, rules) : rules.on.has(causes[fault])
}

/** Whether a second endpoint was lost: then it may be the request that they die of. One that loses a kept and a fresh connection is one. */
function isSpent({ lostElsewhere }: FailedAttempt, { resets }: RetryRules): boolean {
  return resets === 'once' && lostElsewhere
}

/** Whether a request of this method may go on after an endpoint that perhaps died of it. */
function mayHaveDiedOf(method: string, rules: RetryRules): boolean {
  return rules.resets === 'always' ? isRepeatable(method, rules) : rules.methods === 'all' || safeMethods.has(method)
}

function mayGoElsewhere(failed: FailedAttempt, rules: RetryRules): boolean {
  switch (failed.fault) {
    case 'connect-failed':
    case 'connect-timeout':
      return true
    case 'reset':
      return failed.bodyIsReplayable && !isSpent(failed, rules) && mayHaveDiedOf(failed.method, rules)
    default:
      return failed.bodyIsReplayable && !failed.interimPassedOn && isRepeatable(failed.method, rules)
  }
}
