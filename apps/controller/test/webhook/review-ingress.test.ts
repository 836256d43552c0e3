import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { AdmissionAnswer } from '../../src/webhook/admission-answer.ts'
import { type Review, reviewIngress } from '../../src/webhook/review-ingress.ts'
import { badIngress, ingress, ownClasses, pathTo, type Question, review, rule } from './support/admission-reviews.ts'
import { arbitraryJson } from './support/arbitrary-json.ts'

function ask(question: Question): Extract<Review, { kind: 'answered' }> {
  const answer = reviewIngress(review(question), ownClasses)
  if (answer.kind === 'malformed') throw new Error(answer.message)
  return answer
}

function answerTo(question: Question): AdmissionAnswer['response'] {
  return ask(question).answer.response
}

const nginx = 'nginx.ingress.kubernetes.io/'

it('allows a good Ingress, and repeats the uid', () => {
  expect(ask({ object: ingress(), uid: 'abc' })).toEqual({
    kind: 'answered',
    verdict: 'allowed',
    answer: {
      apiVersion: 'admission.k8s.io/v1',
      kind: 'AdmissionReview',
      response: { uid: 'abc', allowed: true },
    },
  })
})

describe('a bad Ingress', () => {
  it('is denied with every error at once, each with its field and remedy, in the shape of the API server', () => {
    const { allowed, status } = answerTo({ object: badIngress })
    expect(allowed).toBe(false)
    expect(status).toMatchObject({
      code: 422,
      reason: 'Invalid',
      details: {
        group: 'networking.k8s.io',
        kind: 'Ingress',
        name: 'site',
        causes: [
          { reason: 'AnnotationInvalid', field: "metadata.annotations['ingresskit.dev/load-balance']" },
          { reason: 'AnnotationNotSupported', field: `metadata.annotations['${nginx}auth-url']` },
        ],
      },
    })
    const causes = status?.details.causes ?? []
    for (const { message, field } of causes) expect(status?.message).toContain(`${field}: ${message}`)
    expect(causes.map(({ message }) => message).join()).toContain('round-robin')
  })

  it('comes with a warning that says who refused it', () => {
    expect(answerTo({ object: badIngress }).warnings).toEqual([
      'refused by the admission webhook of ingresskit: 2 errors',
    ])
  })

  it('is answered within bounds however many errors there are', () => {
    const paths = Array.from({ length: 5000 }, (_, index) => pathTo('web', `bad-${index}`))
    const response = answerTo({ object: ingress({ spec: { rules: [rule('shop.example', ...paths)] } }) })
    expect(response.status?.details.causes).toHaveLength(101)
    expect(response.status?.details.causes.at(-1)?.message).toBe('4900 more errors are not listed')
    expect(JSON.stringify(response).length).toBeLessThan(65_536)
  })
})

it('lets through with a warning what would take longer than the API server waits', () => {
  const weights = Array.from({ length: 50 }, (_, index) => `web-${index}=1`).join(',')
  const paths = Array.from({ length: 5000 }, (_, index) => pathTo('web', `bad-${index}`))
  const object = ingress({
    annotations: { 'ingresskit.dev/service-weights': weights },
    spec: { rules: [rule('shop.example', ...paths)] },
  })
  const { verdict, answer } = ask({ object })
  expect(verdict).toBe('passed-over')
  expect(answer.response).toMatchObject({ allowed: true, warnings: [expect.stringContaining('too large')] })
  const elsewhere = ask({
    object: { ...object, spec: { ingressClassName: 'other', rules: [rule('a.example', ...paths)] } },
  })
  expect(elsewhere.answer.response).not.toHaveProperty('warnings')
})

describe('warnings', () => {
  it('name ignored and refused annotations, and the Ingress is allowed', () => {
    const annotations = { [`${nginx}server-snippet`]: 'return 200;', [`${nginx}proxy-body-size`]: '8m' }
    const { allowed, warnings } = answerTo({ object: ingress({ annotations }) })
    expect(allowed).toBe(true)
    expect(warnings).toHaveLength(2)
    expect(warnings?.[0]).toMatch(/^nginx\.ingress\.kubernetes\.io\/server-snippet: snippets are raw nginx/)
    expect(warnings?.[1]).toMatch(/^nginx\.ingress\.kubernetes\.io\/proxy-body-size: it is not supported/)
  })

  it('are at most twenty of at most 256 characters, and the last one counts the rest', () => {
    const names = Array.from({ length: 300 }, (_, index) => `${nginx}unknown-${'long-'.repeat(20)}${index}`)
    const { warnings = [] } = answerTo({
      object: ingress({ annotations: Object.fromEntries(names.map(name => [name, 'yes'])) }),
    })
    expect(warnings).toHaveLength(20)
    expect(Math.max(...warnings.map(({ length }) => length))).toBeLessThanOrEqual(256)
    expect(warnings.at(-1)).toBe('281 more: ingresskit check lists them all')
  })
})

describe('let through without a look', () => {
  const finalizers = { finalizers: ['example.com/clean-up'] }
  const old = { 'kubectl.kubernetes.io/last-applied-configuration': '{}' }
  it.each<[string, Question]>([
    ['an Ingress of another class', { object: { ...badIngress, spec: { ingressClassName: 'other' } } }],
    ['an Ingress without a class', { object: { ...badIngress, spec: {} } }],
    ['a deletion', { operation: 'DELETE', oldObject: badIngress }],
    ['a connection', { operation: 'CONNECT', object: badIngress }],
    ['a status', { operation: 'UPDATE', subResource: 'status', object: badIngress, oldObject: ingress() }],
    [
      'a change of finalizers',
      {
        operation: 'UPDATE',
        object: { ...badIngress, metadata: { ...badIngress.metadata, ...finalizers } },
        oldObject: badIngress,
      },
    ],
    [
      'a change of labels by kubectl apply',
      {
        operation: 'UPDATE',
        object: {
          ...badIngress,
          metadata: {
            ...badIngress.metadata,
            labels: { a: 'b' },
            annotations: { ...badIngress.metadata.annotations, ...old },
          },
        },
        oldObject: badIngress,
      },
    ],
    [
      'whatever is being deleted',
      {
        operation: 'UPDATE',
        object: { ...badIngress, metadata: { ...badIngress.metadata, deletionTimestamp: '2026-01-01T00:00:00Z' } },
        oldObject: ingress(),
      },
    ],
    ['another kind', { object: badIngress, kind: { group: '', version: 'v1', kind: 'Service' } }],
    ['a review without an object', {}],
  ])('%s', (_what, question) => {
    const { verdict, answer } = ask({ ...question, uid: 'u-1' })
    expect(verdict).toBe('passed-over')
    expect(answer.response).toEqual({ uid: 'u-1', allowed: true })
  })
})

it('looks at an Ingress whose deletion is null, which is none', () => {
  const object = { ...badIngress, metadata: { ...badIngress.metadata, deletionTimestamp: null } }
  expect(ask({ object }).verdict).toBe('denied')
})

describe('an update', () => {
  it('that makes a good Ingress bad is denied', () => {
    expect(answerTo({ operation: 'UPDATE', object: badIngress, oldObject: ingress() }).allowed).toBe(false)
  })

  it('that leaves errors as they are is allowed, and they are warnings', () => {
    const rules = [rule('new.example', pathTo('web')), rule('shop.example', pathTo('web'))]
    const object = { ...badIngress, spec: { ingressClassName: 'ingresskit', rules } }
    const { allowed, warnings } = answerTo({ operation: 'UPDATE', object, oldObject: badIngress })
    expect(allowed).toBe(true)
    expect(warnings).toHaveLength(2)
  })

  it('that moves a bad rule is allowed, and one that adds the same error again is denied', () => {
    const bad = rule('shop.example', pathTo('web', 'relative'))
    const oldObject = ingress({ spec: { rules: [bad] } })
    const moved = ingress({ spec: { rules: [rule('a.example', pathTo('web')), bad] } })
    const twice = ingress({ spec: { rules: [bad, rule('b.example', pathTo('web', 'relative'))] } })
    expect(answerTo({ operation: 'UPDATE', object: moved, oldObject }).allowed).toBe(true)
    expect(answerTo({ operation: 'UPDATE', object: twice, oldObject }).allowed).toBe(false)
  })

  it('that adds an error to others is denied with all of them', () => {
    const oldObject = ingress({ annotations: { [`${nginx}auth-url`]: 'http://auth.example' } })
    const { status } = answerTo({ operation: 'UPDATE', object: badIngress, oldObject })
    expect(status?.details.causes).toHaveLength(2)
  })

  it('that gives a bad Ingress our class is denied', () => {
    const oldObject = { ...badIngress, spec: { ingressClassName: 'other' } }
    expect(answerTo({ operation: 'UPDATE', object: badIngress, oldObject }).allowed).toBe(false)
  })
})

describe('a question that cannot be read', () => {
  it.each<[string, unknown, string]>([
    ['null', null, 'the body'],
    ['text', 'secret-text', 'the body'],
    ['an old version', { kind: 'AdmissionReview', apiVersion: 'admission.k8s.io/v1beta1' }, 'apiVersion, request'],
    ['no uid', review({ uid: '' }), 'request.uid'],
    ['a uid that is too long', review({ uid: 'u'.repeat(300) }), 'request.uid'],
  ])('%s', (_what, body, fields) => {
    expect(reviewIngress(body, ownClasses)).toEqual({
      kind: 'malformed',
      message: `this is no AdmissionReview of admission.k8s.io/v1; wrong or missing: ${fields}`,
    })
  })
})

it('answers whatever the objects are, without a throw, with the uid of the question', () => {
  const anything = fc.oneof(arbitraryJson, fc.constant(ingress()), fc.constant(badIngress))
  const field = fc.constantFrom('name', 'namespace', 'annotations', 'creationTimestamp', 'deletionTimestamp', 'labels')
  fc.assert(
    fc.property(anything, anything, fc.dictionary(field, arbitraryJson), (object, oldObject, metadata) => {
      expect(answerTo({ operation: 'UPDATE', object, oldObject, uid: 'u-2' }).uid).toBe('u-2')
      expect(answerTo({ object: { ...ingress(), metadata }, uid: 'u-3' }).uid).toBe('u-3')
    }),
    { numRuns: 300 },
  )
})
