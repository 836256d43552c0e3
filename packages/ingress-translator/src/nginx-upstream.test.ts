import { describe, expect, it } from 'vitest'
import { annotated, messagesOf, onlyTarget, problemsOf } from '../test/objects.ts'
import type { Balancing } from './balancing.ts'

const nginx = (settings: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(settings).map(([name, value]) => [`nginx.ingress.kubernetes.io/${name}`, value]))

const balancingOf = (annotations: Readonly<Record<string, string>>): Balancing =>
  onlyTarget(annotated(annotations)).balancing

describe('load-balance of ingress-nginx', () => {
  it.each([
    ['round_robin', 'round-robin'],
    ['ewma', 'peak-ewma'],
  ])('%s is %s', (value, strategy) => {
    expect(balancingOf(nginx({ 'load-balance': value }))).toMatchObject({
      strategy,
      decidedBy: { 'load-balance': 'Ingress default/site nginx.ingress.kubernetes.io/load-balance' },
    })
  })

  it('is a problem with an algorithm that is no value of it, and the default is used', () => {
    const translation = annotated(nginx({ 'load-balance': 'least_conn' }))
    expect(problemsOf(translation)).toEqual([
      "error AnnotationInvalid metadata.annotations['nginx.ingress.kubernetes.io/load-balance']",
    ])
    expect(onlyTarget(translation).balancing.strategy).toBe('round-robin')
  })

  it('is not looked at where our own is set, even to something bad', () => {
    const annotations = nginx({ 'load-balance': 'ewma' })
    expect(balancingOf({ ...annotations, 'ingresskit.dev/load-balance': 'p2c' }).strategy).toBe('p2c')
    expect(balancingOf({ ...annotations, 'ingresskit.dev/load-balance': 'best' }).strategy).toBe('round-robin')
  })
})

describe('upstream-hash-by', () => {
  it.each([
    ['$remote_addr', { kind: 'ip' }],
    ['$binary_remote_addr', { kind: 'ip' }],
    ['$request_uri', { kind: 'uri' }],
    ['${request_uri}', { kind: 'uri' }],
    ['$uri', { kind: 'path' }],
    ['$host', { kind: 'host' }],
    ['$http_x_user', { kind: 'header', name: 'x-user' }],
    ['$cookie_Session', { kind: 'cookie', name: 'Session' }],
    ['$arg_q', { kind: 'query', name: 'q' }],
  ])('%s hashes that part of a request on a ring', (value, hashOn) => {
    const translation = annotated(nginx({ 'upstream-hash-by': value, 'load-balance': 'ewma' }))
    expect(translation.problems).toEqual([])
    expect(onlyTarget(translation).balancing).toMatchObject({ strategy: 'ring-hash', hashOn })
  })

  it.each(['$scheme', '$remote_addr$uri', 'text', '$http_', '$request_uri;'])('refuses %j', value => {
    const translation = annotated(nginx({ 'upstream-hash-by': value }))
    expect(messagesOf(translation)).toHaveLength(1)
    expect(onlyTarget(translation).balancing.strategy).toBe('round-robin')
  })

  it('chooses a subset, and at random within it', () => {
    const subset = { 'upstream-hash-by': '$uri', 'upstream-hash-by-subset': 'true' }
    expect(balancingOf(nginx(subset))).toMatchObject({ strategy: 'random', subsetSize: 3, hashOn: { kind: 'path' } })
    expect(balancingOf(nginx({ ...subset, 'upstream-hash-by-subset-size': '5' })).subsetSize).toBe(5)
    const own = { ...nginx(subset), 'ingresskit.dev/load-balance': 'least-conn' }
    expect(balancingOf(own)).toMatchObject({ strategy: 'least-conn', subsetSize: 3, hashOn: { kind: 'path' } })
  })

  it.each([
    [{ 'upstream-hash-by-subset': 'true' }, 'upstream-hash-by-subset'],
    [{ 'upstream-hash-by': '$uri', 'upstream-hash-by-subset-size': '5' }, 'upstream-hash-by-subset-size'],
  ])('warns of %j, which has no effect', (settings, name) => {
    expect(problemsOf(annotated(nginx(settings)))).toEqual([
      `warning AnnotationInvalid metadata.annotations['nginx.ingress.kubernetes.io/${name}']`,
    ])
  })

  it('gives its key to the hash strategy that our own annotation chooses, and warns beside another one', () => {
    const by = nginx({ 'upstream-hash-by': '$host' })
    expect(balancingOf({ ...by, 'ingresskit.dev/load-balance': 'maglev' })).toMatchObject({
      strategy: 'maglev',
      hashOn: { kind: 'host' },
    })
    const unused = annotated({ ...by, 'ingresskit.dev/load-balance': 'least-conn' })
    expect(problemsOf(unused)).toEqual([
      "warning AnnotationInvalid metadata.annotations['nginx.ingress.kubernetes.io/upstream-hash-by']",
    ])
  })
})

describe('proxy-next-upstream', () => {
  const defaults = { attempts: 3, on: ['connect', 'reset', 'timeout'], statuses: [], methods: 'idempotent' }

  it.each([
    [{ 'proxy-next-upstream': 'error timeout' }, defaults],
    [{ 'proxy-next-upstream-tries': '5' }, { ...defaults, attempts: 5 }],
    [{ 'proxy-next-upstream-tries': '0' }, { ...defaults, attempts: 10 }],
    [{ 'proxy-next-upstream-timeout': '7' }, { ...defaults, withinMs: 7000 }],
    [{ 'proxy-next-upstream-timeout': '0' }, defaults],
    [
      { 'proxy-next-upstream': 'off', 'proxy-next-upstream-tries': '5' },
      { ...defaults, attempts: 1, on: [] },
    ],
    [
      { 'proxy-next-upstream': 'http_503 error invalid_header http_404 non_idempotent' },
      { attempts: 3, on: ['connect', 'reset', 'invalid'], statuses: [404, 503], methods: 'all' },
    ],
  ])('%j becomes retries', (settings, expected) => {
    const translation = annotated(nginx(settings))
    expect(translation.problems).toEqual([])
    expect(onlyTarget(translation).balancing.retry).toEqual({ ...expected, budgetPercent: 20, budgetMinimum: 3 })
  })

  it.each([
    { 'proxy-next-upstream': 'error http_418' },
    { 'proxy-next-upstream-tries': 'many' },
    { 'proxy-next-upstream-timeout': '-1' },
  ])('reports %j and uses the default of ingress-nginx', settings => {
    const translation = annotated(nginx(settings))
    expect(messagesOf(translation)).toHaveLength(1)
    expect(onlyTarget(translation).balancing.retry).toMatchObject(defaults)
  })

  it('gives way to our own annotation', () => {
    const annotations = { ...nginx({ 'proxy-next-upstream-tries': '5' }), 'ingresskit.dev/retry': 'attempts=2' }
    expect(balancingOf(annotations).retry?.attempts).toBe(2)
  })

  it('leaves retries to the defaults of the data plane where nothing is said', () => {
    expect(balancingOf({})).not.toHaveProperty('retry')
  })
})
