import { describe, expect, it } from 'vitest'
import { defaultRetryRules } from './default-retry-rules.ts'
import { failureStatus, isRepeatable, retryDecision, type FailedAttempt, type RetryDecision } from './retry-policy.ts'
import type { RetryRules } from './route-decision.ts'

const attempt: FailedAttempt = {
  fault: 'reset',
  reusedConnection: false,
  method: 'GET',
  bodyIsReplayable: true,
  interimPassedOn: false,
  endpointsTried: 1,
  lostElsewhere: false,
  elapsedMs: 10,
}

const decide = (facts: Partial<FailedAttempt>, rules: Partial<RetryRules> = {}): RetryDecision =>
  retryDecision({ ...attempt, ...facts }, { ...defaultRetryRules, ...rules })

describe('retryDecision, by default', () => {
  it.each(['connect-failed', 'connect-timeout'] as const)(
    'tries another endpoint after %s whatever the method, up to the limit',
    fault => {
      expect(decide({ fault, method: 'POST', bodyIsReplayable: false, interimPassedOn: true })).toBe('another-endpoint')
      expect(decide({ fault, endpointsTried: 3 })).toBe('give-up')
    },
  )

  it('repeats safe methods elsewhere after a new connection was lost, unless that is the second endpoint', () => {
    expect(decide({})).toBe('another-endpoint')
    expect(decide({ lostElsewhere: true })).toBe('give-up')
    expect(decide({}, { maxAttempts: 1 })).toBe('give-up')
    expect(decide({ method: 'DELETE' })).toBe('give-up')
    expect(decide({ method: 'POST' })).toBe('give-up')
  })

  it('repeats idempotent methods on a fresh connection after a kept one was lost, without counting endpoints', () => {
    expect(decide({ reusedConnection: true, method: 'DELETE' }, { maxAttempts: 1 })).toBe('fresh-connection')
    expect(decide({ reusedConnection: true, method: 'POST' })).toBe('give-up')
    expect(decide({ reusedConnection: true, lostElsewhere: true })).toBe('give-up')
  })

  it('never repeats what was sent with a body that is gone', () => {
    expect(decide({ bodyIsReplayable: false })).toBe('give-up')
    expect(decide({ bodyIsReplayable: false, reusedConnection: true, method: 'PUT' })).toBe('give-up')
  })

  it.each(['read-timeout', 'invalid-response', 503] as const)('never repeats after %s', fault => {
    expect(decide({ fault })).toBe('give-up')
  })
})

describe('retryDecision, by its rules', () => {
  it('treats lost connections like other failures where resets is always', () => {
    const always = { resets: 'always' } as const
    expect(decide({ lostElsewhere: true, endpointsTried: 2 }, always)).toBe('another-endpoint')
    expect(decide({ lostElsewhere: true, method: 'DELETE' }, always)).toBe('another-endpoint')
    expect(decide({ reusedConnection: true, lostElsewhere: true }, always)).toBe('fresh-connection')
    expect(decide({ endpointsTried: 3 }, always)).toBe('give-up')
    expect(decide({ method: 'POST' }, always)).toBe('give-up')
    expect(decide({ method: 'POST' }, { ...always, methods: 'all' })).toBe('another-endpoint')
    expect(decide({ bodyIsReplayable: false }, always)).toBe('give-up')
  })

  it.each([
    ['connect', 'connect-failed'],
    ['connect', 'connect-timeout'],
    ['reset', 'reset'],
    ['timeout', 'read-timeout'],
    ['invalid', 'invalid-response'],
  ] as const)('goes elsewhere for %s after %s, and for nothing else', (cause, fault) => {
    expect(decide({ fault }, { on: new Set([cause]) })).toBe('another-endpoint')
    const others = (['connect', 'reset', 'timeout', 'invalid'] as const).filter(other => other !== cause)
    expect(decide({ fault }, { on: new Set(others) })).toBe('give-up')
  })

  it.each<[FailedAttempt['fault'], Partial<RetryRules>]>([
    ['read-timeout', { on: new Set(['timeout']) }],
    ['invalid-response', { on: new Set(['invalid']) }],
    [503, { statuses: new Set([503]) }],
  ])('repeats after %s what is idempotent and whole, up to the limit, before an interim answer', (fault, rules) => {
    for (const method of ['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE'])
      expect(decide({ fault, method, endpointsTried: 2, lostElsewhere: true }, rules)).toBe('another-endpoint')
    expect(decide({ fault, method: 'POST' }, rules)).toBe('give-up')
    expect(decide({ fault, method: 'POST' }, { ...rules, methods: 'all' })).toBe('another-endpoint')
    expect(decide({ fault, bodyIsReplayable: false }, { ...rules, methods: 'all' })).toBe('give-up')
    expect(decide({ fault, interimPassedOn: true }, rules)).toBe('give-up')
    expect(decide({ fault, endpointsTried: 3 }, rules)).toBe('give-up')
  })

  it('takes only statuses of the set, and none below 400', () => {
    const statuses = new Set([200, 399, 400, 503])
    const decisions = [200, 399, 400, 502, 503].map(fault => decide({ fault }, { statuses }))
    expect(decisions).toEqual(['give-up', 'give-up', 'another-endpoint', 'give-up', 'another-endpoint'])
  })

  it('repeats every method once after a lost connection when all may be repeated', () => {
    for (const method of ['POST', 'PATCH', 'PUT', 'PURGE']) {
      expect(decide({ method }, { methods: 'all' })).toBe('another-endpoint')
      expect(decide({ method, reusedConnection: true }, { methods: 'all' })).toBe('fresh-connection')
      expect(decide({ method, lostElsewhere: true }, { methods: 'all' })).toBe('give-up')
    }
  })

  it('makes a lost kept connection good whatever the causes', () => {
    expect(decide({ reusedConnection: true }, { on: new Set() })).toBe('fresh-connection')
    expect(decide({}, { on: new Set() })).toBe('give-up')
  })

  it('begins nothing once its time is over', () => {
    for (const fault of ['connect-failed', 'reset'] as const) {
      expect(decide({ fault, elapsedMs: 99 }, { withinMs: 100 })).toBe('another-endpoint')
      expect(decide({ fault, elapsedMs: 100 }, { withinMs: 100 })).toBe('give-up')
    }
    expect(decide({ reusedConnection: true, elapsedMs: 100 }, { withinMs: 100 })).toBe('give-up')
  })
})

describe('isRepeatable', () => {
  it('is true of idempotent methods, and of all where the rules say so', () => {
    const methods = ['GET', 'PUT', 'DELETE', 'POST', 'PATCH']
    expect(methods.filter(method => isRepeatable(method, defaultRetryRules))).toEqual(['GET', 'PUT', 'DELETE'])
    expect(methods.filter(method => isRepeatable(method, { ...defaultRetryRules, methods: 'all' }))).toEqual(methods)
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
