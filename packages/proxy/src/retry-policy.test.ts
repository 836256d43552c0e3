import { describe, expect, it } from 'vitest'
import { failureStatus, retryDecision, type FailedAttempt } from './retry-policy.ts'

const failed = (facts: Partial<FailedAttempt>): FailedAttempt => ({
  outcome: 'reset',
  reusedConnection: false,
  method: 'GET',
  bodyIsReplayable: true,
  endpointsTried: 1,
  maxAttempts: 3,
  sentRetryUsed: false,
  ...facts,
})

describe('retryDecision', () => {
  it.each(['connect-failed', 'connect-timeout'] as const)(
    'tries another endpoint after %s whatever the method, up to the limit',
    outcome => {
      expect(retryDecision(failed({ outcome, method: 'POST', bodyIsReplayable: false }))).toBe('another-endpoint')
      expect(retryDecision(failed({ outcome, endpointsTried: 3 }))).toBe('give-up')
    },
  )

  it('repeats safe methods elsewhere once after a new connection was lost', () => {
    expect(retryDecision(failed({}))).toBe('another-endpoint')
    expect(retryDecision(failed({ sentRetryUsed: true }))).toBe('give-up')
    expect(retryDecision(failed({ maxAttempts: 1 }))).toBe('give-up')
    expect(retryDecision(failed({ method: 'DELETE' }))).toBe('give-up')
    expect(retryDecision(failed({ method: 'POST' }))).toBe('give-up')
  })

  it('repeats idempotent methods on a fresh connection after a kept one was lost, without counting endpoints', () => {
    expect(retryDecision(failed({ reusedConnection: true, method: 'DELETE', maxAttempts: 1 }))).toBe('fresh-connection')
    expect(retryDecision(failed({ reusedConnection: true, method: 'POST' }))).toBe('give-up')
    expect(retryDecision(failed({ reusedConnection: true, sentRetryUsed: true }))).toBe('give-up')
  })

  it('never repeats what was sent with a body that is gone', () => {
    expect(retryDecision(failed({ bodyIsReplayable: false }))).toBe('give-up')
    expect(retryDecision(failed({ bodyIsReplayable: false, reusedConnection: true, method: 'PUT' }))).toBe('give-up')
  })

  it.each(['read-timeout', 'invalid-response'] as const)('never repeats after %s', outcome => {
    expect(retryDecision(failed({ outcome }))).toBe('give-up')
  })
})

describe('failureStatus', () => {
  it('is 504 for time-outs and 502 for the rest', () => {
    expect([failureStatus('connect-timeout'), failureStatus('read-timeout')]).toEqual([504, 504])
    expect([failureStatus('connect-failed'), failureStatus('reset'), failureStatus('invalid-response')]).toEqual([
      502, 502, 502,
    ])
  })
})
