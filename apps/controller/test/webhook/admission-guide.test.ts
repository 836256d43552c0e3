import { readFileSync } from 'node:fs'
import { strategyNames } from '@ingresskit/load-balancing'
import { validateKubernetesObject } from '@ingresskit/testkit'
import { loadAll } from 'js-yaml'
import { describe, expect, it } from 'vitest'
import { checkIngress } from '../../src/webhook/check-ingress.ts'
import { ingress, ownClasses, pathTo, rule } from './support/admission-reviews.ts'

/** What the guide gives people to apply, held against the schemas of an API server and against what the check really says. */

const guide = readFileSync(new URL('../../../../docs/guides/admission.md', import.meta.url), 'utf8')

interface GuideObject {
  readonly kind: string
  readonly webhooks?: readonly Readonly<Record<string, unknown>>[]
  readonly rules?: unknown
  readonly spec?: {
    readonly variables?: readonly Expression[]
    readonly validations?: readonly Expression[]
  } & Readonly<Record<string, unknown>>
}

interface Expression {
  readonly name?: string
  readonly expression: string
  readonly message?: string
}

const objects = [...guide.matchAll(/```yaml\n(.*?)```/gsu)].flatMap(([, text = '']) => loadAll(text)) as GuideObject[]

function objectOf(kind: string): GuideObject {
  const found = objects.find(object => object.kind === kind)
  if (found === undefined) throw new Error(`the guide has no ${kind}`)
  return found
}

it.each(objects.map(object => [object.kind, object] as const))(
  '%s is one that an API server takes',
  (_kind, object) => {
    expect(validateKubernetesObject(object)).toEqual([])
  },
)

it('the webhook of the guide cannot block a cluster', () => {
  const [webhook, ...others] = objectOf('ValidatingWebhookConfiguration').webhooks ?? []
  expect(others).toEqual([])
  expect(webhook).toMatchObject({
    failurePolicy: 'Ignore',
    timeoutSeconds: 2,
    sideEffects: 'None',
    matchPolicy: 'Equivalent',
    rules: [
      {
        apiGroups: ['networking.k8s.io'],
        resources: ['ingresses'],
        operations: ['CREATE', 'UPDATE'],
        scope: 'Namespaced',
      },
    ],
    matchConditions: [{ name: 'own-class' }, { name: 'not-deleted' }],
  })
  expect(webhook?.['clientConfig']).not.toHaveProperty('caBundle')
  expect(objectOf('ValidatingAdmissionPolicy').spec?.['failurePolicy']).toBe('Ignore')
})

it('the rights of the guide are to one object, and not to Secrets', () => {
  expect(objectOf('ClusterRole').rules).toEqual([
    {
      apiGroups: ['admissionregistration.k8s.io'],
      resources: ['validatingwebhookconfigurations'],
      resourceNames: ['ingresskit'],
      verbs: ['get', 'update'],
    },
  ])
})

describe('what the policy refuses is an error of the check too', () => {
  const policy = objectOf('ValidatingAdmissionPolicy').spec
  const words = (text: string): readonly string[] => [...text.matchAll(/'([^']+)'/gu)].map(([, word = '']) => word)
  const variable = (name: string): string => policy?.variables?.find(each => each.name === name)?.expression ?? ''
  const validation = (part: string): string =>
    policy?.validations?.find(({ message }) => message?.includes(part))?.expression ?? ''
  const isRefused = (object: Parameters<typeof checkIngress>[0]): boolean => {
    const check = checkIngress(object, ownClasses)
    return check.kind === 'checked' && check.problems.some(({ severity }) => severity === 'error')
  }
  const nginx = 'nginx.ingress.kubernetes.io/'
  const [prefix, ...guards] = words(variable('guards'))

  it('has the prefix whose length it counts', () => {
    expect([prefix, variable('guards')]).toEqual([nginx, expect.stringContaining(`substring(${nginx.length})`)])
  })

  it.each(guards)('the guard %s', name => {
    expect(isRefused(ingress({ annotations: { [nginx + name]: 'a' } }))).toBe(true)
  })

  it.each(words(variable('misplaced')).slice(1))('the misplaced %s', name => {
    expect(isRefused(ingress({ annotations: { [name]: 'true' } }))).toBe(true)
    expect(isRefused(ingress({ annotations: { [name]: 'false' } }))).toBe(false)
  })

  it('strategies that do not exist, and no others', () => {
    const [, , ...known] = words(validation("['ingresskit.dev/load-balance']"))
    expect(known).toEqual([...strategyNames])
    const named = (name: string): Parameters<typeof checkIngress>[0] =>
      ingress({ annotations: { 'ingresskit.dev/load-balance': ` ${name} ` } })
    expect([...known.map(name => isRefused(named(name))), isRefused(named('fast'))]).toEqual([
      ...known.map(() => false),
      true,
    ])
  })

  it('paths that no request can have, and no others', () => {
    const source = /r'([^']+)'/u.exec(validation('paths[].path'))?.[1] ?? ''
    const expression = new RegExp(source, 'u')
    for (const path of ['/', '/a', '/é', '/%41', '/a(/|$)(.*)', '/a b', '/a\u0007', '/a?b', '/a#b', '/a\\b']) {
      const entry = { path, pathType: 'ImplementationSpecific', backend: Object(pathTo('web')).backend as unknown }
      expect([path, isRefused(ingress({ spec: { rules: [rule('a.example', entry)] } }))]).toEqual([
        path,
        !expression.test(path),
      ])
    }
  })

  it.each([
    ['true', '10', false],
    ['yes', '10', true],
    ['true', '-1', true],
    ['true', '1000001', true],
    ['true', '0100', false],
    ['false', 'x', false],
    [' true ', ' 5 ', false],
  ])('canary %s with weight %s: %s', (canary, weight, expected) => {
    const [truths, weights] = ["'nginx.ingress.kubernetes.io/canary']:", "canary-weight']:"].map(
      part => new RegExp(/matches\('([^']+)'\)$/u.exec(validation(part))?.[1] ?? '', 'u'),
    )
    const isTrue = /^(1|t|T|true|TRUE|True)$/u.test(canary.trim())
    if (truths === undefined || weights === undefined) throw new Error('the policy has no rule for canaries')
    const refusedByPolicy = !truths.test(canary.trim()) || (isTrue && !weights.test(weight.trim()))
    const annotations = { [`${nginx}canary`]: canary, [`${nginx}canary-weight`]: weight }
    expect([refusedByPolicy, isRefused(ingress({ annotations }))]).toEqual([expected, expected])
  })

  it('backends that are no Services, and more than 100 entries of tls', () => {
    const backend = { resource: { kind: 'Bucket', name: 'b' } }
    expect(isRefused(ingress({ spec: { defaultBackend: backend } }))).toBe(true)
    const entry = { path: '/', pathType: 'Prefix', backend }
    expect(isRefused(ingress({ spec: { rules: [rule('a.example', entry)] } }))).toBe(true)
    const tls = (count: number): unknown[] => Array.from({ length: count }, () => ({ hosts: ['a.example'] }))
    expect([100, 101].map(count => isRefused(ingress({ spec: { tls: tls(count) } })))).toEqual([false, true])
  })
})
