import {
  circuitBreakerDefaults,
  healthCheckDefaults,
  outlierDetectionDefaults,
  strategyNames,
} from '@ingresskit/load-balancing'
import { describe, expect, it } from 'vitest'
import { annotated, messagesOf, onlyTarget, problemsOf, reached } from '../test/objects.ts'
import { retryDefaults } from './retry-settings.ts'

const own = (settings: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(settings).map(([name, value]) => [`ingresskit.dev/${name}`, value]))

describe('load-balance and what goes with it', () => {
  it('is round-robin, with nothing around it, unless said otherwise', () => {
    const { key, ...balancing } = onlyTarget(annotated({})).balancing
    expect(balancing).toEqual({ strategy: 'round-robin', panicPercent: 50, decidedBy: {} })
    expect(key).not.toBe('')
  })

  it.each(strategyNames)('takes %s', strategy => {
    const translation = annotated(own({ 'load-balance': strategy }))
    const { balancing } = onlyTarget(translation)
    expect(balancing.strategy).toBe(strategy)
    expect(balancing.decidedBy).toEqual({ 'load-balance': 'Ingress default/site ingresskit.dev/load-balance' })
    expect(translation.problems).toEqual([])
  })

  it.each(['ring-hash', 'maglev', 'rendezvous'])('hashes the address with %s unless said otherwise', strategy => {
    expect(onlyTarget(annotated(own({ 'load-balance': strategy }))).balancing.hashOn).toEqual({ kind: 'ip' })
  })

  it.each([
    ['ip', { kind: 'ip' }],
    ['uri', { kind: 'uri' }],
    ['path', { kind: 'path' }],
    ['host', { kind: 'host' }],
    ['header:X-User', { kind: 'header', name: 'x-user' }],
    ['cookie:Session', { kind: 'cookie', name: 'Session' }],
    ['query:q', { kind: 'query', name: 'q' }],
  ])('hashes on %s', (value, hashOn) => {
    const translation = annotated(own({ 'load-balance': 'maglev', 'hash-on': value, 'hash-bound': '1.25' }))
    expect(onlyTarget(translation).balancing).toMatchObject({ strategy: 'maglev', hashOn, hashBound: 1.25 })
    expect(translation.problems).toEqual([])
  })

  it('warns of a hash that the strategy does not look at, and leaves it out', () => {
    const translation = annotated(own({ 'load-balance': 'least-conn', 'hash-on': 'uri', 'hash-bound': '2' }))
    expect(problemsOf(translation)).toEqual([
      "warning AnnotationInvalid metadata.annotations['ingresskit.dev/hash-on']",
      "warning AnnotationInvalid metadata.annotations['ingresskit.dev/hash-bound']",
    ])
    const { balancing } = onlyTarget(translation)
    expect(balancing).not.toHaveProperty('hashOn')
    expect(balancing).not.toHaveProperty('hashBound')
  })
})

describe('settings around the strategy', () => {
  it.each([
    ['slow-start', '30s', { slowStart: { windowMs: 30_000, aggression: 1, minimum: 0.1 } }],
    ['slow-start', '1500ms, aggression=2, minimum=25', { slowStart: { windowMs: 1500, aggression: 2, minimum: 0.25 } }],
    ['health-check', 'on', { healthCheck: healthCheckDefaults }],
    [
      'health-check',
      'path=/up?deep=1, port=8081, host=shop.example, status=304+200-299, interval=2s, timeout=500ms, healthy=1, unhealthy=5, panic-percent=0',
      {
        healthCheck: {
          path: '/up?deep=1',
          port: 8081,
          host: 'shop.example',
          statuses: [
            { from: 200, to: 299 },
            { from: 304, to: 304 },
          ],
          intervalMs: 2000,
          timeoutMs: 500,
          healthyThreshold: 1,
          unhealthyThreshold: 5,
        },
        panicPercent: 0,
      },
    ],
    ['outlier-detection', 'on', { outlierDetection: outlierDetectionDefaults }],
    [
      'outlier-detection',
      'consecutive-5xx=3, consecutive-gateway-errors=2, interval=1s, base-ejection=5s, max-ejection=1m, max-ejected-percent=50, success-rate-hosts=4, success-rate-requests=50, success-rate-stdev=1.5, panic-percent=30',
      {
        outlierDetection: {
          consecutive5xx: 3,
          consecutiveGatewayErrors: 2,
          intervalMs: 1000,
          baseEjectionMs: 5000,
          maxEjectionMs: 60_000,
          maxEjectionPercent: 50,
          successRateMinimumHosts: 4,
          successRateRequestVolume: 50,
          successRateStdevFactor: 1500,
        },
        panicPercent: 30,
      },
    ],
    ['circuit-breaker', 'on', { circuitBreaker: circuitBreakerDefaults }],
    ['circuit-breaker', 'requests=10,pending=0', { circuitBreaker: { connections: 1024, pending: 0, requests: 10 } }],
    ['retry', 'on', { retry: retryDefaults }],
    ['retry', 'off', { retry: { ...retryDefaults, attempts: 1 } }],
    [
      'retry',
      'attempts=5, on=503+timeout+connect+502, methods=all, within=2s, budget=10, budget-min=1',
      {
        retry: {
          attempts: 5,
          on: ['connect', 'timeout'],
          statuses: [502, 503],
          methods: 'all',
          withinMs: 2000,
          budgetPercent: 10,
          budgetMinimum: 1,
        },
      },
    ],
  ])('reads %s: %s', (name, value, expected) => {
    const translation = annotated(own({ [name]: value }))
    expect(translation.problems).toEqual([])
    const { balancing } = onlyTarget(translation)
    expect(balancing).toMatchObject(expected)
    expect(balancing.decidedBy[name]).toBe(`Ingress default/site ingresskit.dev/${name}`)
  })

  it('takes the panic threshold of health-check before that of outlier-detection', () => {
    const { balancing } = onlyTarget(
      annotated(own({ 'health-check': 'panic-percent=10', 'outlier-detection': 'panic-percent=20' })),
    )
    expect(balancing.panicPercent).toBe(10)
    expect(balancing.decidedBy['panic-percent']).toBe('Ingress default/site ingresskit.dev/health-check')
  })

  it('gives equal keys to the same policy, however it is written, and others to others', () => {
    const keyOf = (settings: Readonly<Record<string, string>>): string =>
      onlyTarget(annotated(own(settings))).balancing.key
    expect(keyOf({ 'health-check': 'status=304+200-299, path=/' })).toBe(
      keyOf({ 'health-check': 'status=200-299+304' }),
    )
    expect(keyOf({ 'load-balance': 'round-robin' })).toBe(keyOf({}))
    const others = [{}, { retry: 'on' }, { retry: 'off' }, { 'circuit-breaker': 'on' }, { 'slow-start': '1s' }]
    expect(new Set(others.map(keyOf)).size).toBe(others.length)
  })
})

describe('a bad value', () => {
  it.each([
    ['load-balance', 'best', 'round-robin, least-conn'],
    ['load-balance', '', 'round-robin, least-conn'],
    ['hash-on', 'header:', 'header:NAME'],
    ['hash-on', 'header:a b', 'header:NAME'],
    ['hash-bound', '0.9', 'from 1 to 10'],
    ['hash-bound', '11', 'from 1 to 10'],
    ['hash-bound', '1e1', 'from 1 to 10'],
    ['slow-start', '30', 'like 500ms, 30s or 2m'],
    ['slow-start', '2h', 'from 1s to 3600s'],
    ['slow-start', '30s, speed=2', 'use aggression, minimum'],
    ['slow-start', '30s, minimum=0.1', 'minimum: "0.1" is no number from 1 to 100'],
    ['health-check', 'path=up', 'begin with "/"'],
    ['health-check', 'path=/a b', 'percent-encode'],
    ['health-check', 'host=a\r\nX: y', 'is no host'],
    ['health-check', 'status=2xx', 'like 200-299+304'],
    ['health-check', 'status=299-200', 'like 200-299+304'],
    ['health-check', 'interval=1s, interval=2s', 'interval is given twice'],
    ['health-check', 'port=0', 'from 1 to 65535'],
    ['health-check', 'timeout=11s', 'from 10ms to 10s'],
    ['outlier-detection', 'yes', 'is no key=value'],
    ['outlier-detection', '__proto__=1', 'is no key of it'],
    ['outlier-detection', 'success-rate-stdev=-1', 'success-rate-stdev'],
    ['retry', 'on=sometimes', 'statuses from 400 to 599'],
    ['retry', 'on=200', 'statuses from 400 to 599'],
    ['retry', 'attempts=100', 'from 1 to 10'],
    ['retry', 'methods=post', 'idempotent, all'],
  ])('of %s, %j, is a problem that says what to write, and the default is used', (name, value, remedy) => {
    const translation = annotated(own({ [name]: value }))
    expect(problemsOf(translation)).toEqual([`error AnnotationInvalid metadata.annotations['ingresskit.dev/${name}']`])
    expect(messagesOf(translation)[0]).toContain(remedy)
    expect(onlyTarget(translation).balancing).toEqual(onlyTarget(annotated({})).balancing)
    expect(reached(translation, 'a.example', '/')).toBe('default/web:80')
  })

  it.each(['requests=many', 'requests=-1', 'request=5', 'requests', ''])(
    'of circuit-breaker, %j, is answered 503 rather than served without limits',
    value => {
      const translation = annotated(own({ 'circuit-breaker': value }))
      expect(problemsOf(translation)).toEqual([
        "error AnnotationInvalid metadata.annotations['ingresskit.dev/circuit-breaker']",
      ])
      expect(reached(translation, 'a.example', '/')).toBe('limit-invalid')
    },
  )
})
