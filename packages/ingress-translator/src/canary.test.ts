import { describe, expect, it } from 'vitest'
import { backend, ingress, pathTo, problemsOf, reached, rule, service, translate } from '../test/objects.ts'
import type { KubernetesObject } from './kubernetes-object.ts'
import type { RouteTarget } from './route-target.ts'
import type { Translation } from './translation.ts'

const main = ingress({ name: 'main', spec: { rules: [rule('a.example', pathTo('web'))] } })
const services = ['web', 'one', 'two', 'zh'].map(name => service(name))
const nginx = 'nginx.ingress.kubernetes.io/canary'

function canary(
  name: string,
  settings: Readonly<Record<string, string>>,
  { path = '/', own = {} }: { readonly path?: string; readonly own?: Readonly<Record<string, string>> } = {},
): KubernetesObject {
  const annotations = Object.fromEntries(Object.entries(settings).map(([key, value]) => [`${nginx}-${key}`, value]))
  return ingress({
    name,
    annotations: { [nginx]: 'true', ...annotations, ...own },
    spec: { rules: [rule('a.example', pathTo(name, path))] },
  })
}

function alternativesOf(translation: Translation, path = '/'): readonly RouteTarget[] {
  const match = translation.table.match('a.example', path)
  return match.kind === 'alternatives' ? match.alternatives.map(({ value }) => value) : []
}

describe('a canary', () => {
  it.each([
    [{ weight: '10' }, { weight: 10, weightTotal: 100 }],
    [{ weight: '0' }, { weight: 0, weightTotal: 100 }],
    [
      { weight: '10', 'weight-total': '1000' },
      { weight: 10, weightTotal: 1000 },
    ],
    [
      { 'by-header': 'X-Canary' },
      { weight: 0, weightTotal: 100, header: { name: 'x-canary', test: { kind: 'always-never' } } },
    ],
    [
      { 'by-header': 'X-Canary', 'by-header-value': 'beta' },
      { weight: 0, weightTotal: 100, header: { name: 'x-canary', test: { kind: 'equals', value: 'beta' } } },
    ],
    [
      { 'by-header': 'X-Canary', 'by-header-pattern': '^be' },
      {
        weight: 0,
        weightTotal: 100,
        header: { name: 'x-canary', test: { kind: 'matches', pattern: { source: '^be' } } },
      },
    ],
    [
      { 'by-cookie': 'canary', weight: '5' },
      { weight: 5, weightTotal: 100, cookie: 'canary' },
    ],
  ])('reads %j and stands beside the main Ingress', (settings, expected) => {
    const translation = translate({ ingresses: [main, canary('one', settings)], services })
    expect(translation.problems).toEqual([])
    expect(alternativesOf(translation)).toMatchObject([{ ingress: { name: 'one' }, canary: expected }])
    expect(reached(translation, 'a.example', '/')).toBe('default/web:80')
  })

  it('stands beside any number of others, in order of precedence', () => {
    const objects = ['two', 'one'].map(name => canary(name, { weight: '10' }))
    const translation = translate({ ingresses: [main, ...objects], services })
    expect(translation.problems).toEqual([])
    expect(alternativesOf(translation).map(({ ingress: { name } }) => name)).toEqual(['one', 'two'])
  })

  it('comes after what is chosen by content, except one of the same content, which comes right before it', () => {
    const own = { 'ingresskit.dev/match-language': 'zh' }
    const zh = ingress({ name: 'zh', annotations: own, spec: { rules: [rule('a.example', pathTo('zh'))] } })
    const ingresses = [main, canary('one', { weight: '10' }), zh, canary('two', { weight: '10' }, { own })]
    const targets = alternativesOf(translate({ ingresses, services }))
    expect(targets.map(({ ingress: { name } }) => name)).toEqual(['two', 'zh', 'one'])
    expect(targets[0]).toMatchObject({ content: { languages: ['zh'] }, canary: { weight: 10 } })
  })

  it.each([
    ['weight', '-1'],
    ['weight', '101'],
    ['weight', 'half'],
    ['weight-total', '0'],
    ['by-header', 'a b'],
    ['by-header', 'x_canary'],
    ['by-cookie', 'a;b'],
    ['by-header-pattern', '('],
  ])('with a bad %s, %j, is left out', (name, value) => {
    const translation = translate({ ingresses: [main, canary('one', { 'by-header': 'x', [name]: value })], services })
    expect(problemsOf(translation)).toEqual([`error AnnotationInvalid metadata.annotations['${nginx}-${name}']`])
    expect(alternativesOf(translation)).toEqual([])
  })

  it('that is neither "true" nor "false" is left out', () => {
    const translation = translate({
      ingresses: [main, canary('one', { weight: '10' }, { own: { [nginx]: 'yes' } })],
      services,
    })
    expect(problemsOf(translation)).toEqual([`error AnnotationInvalid metadata.annotations['${nginx}']`])
    expect(alternativesOf(translation)).toEqual([])
  })

  it('without a rule gets nothing, with a warning', () => {
    const translation = translate({ ingresses: [main, canary('one', {})], services })
    expect(problemsOf(translation)).toEqual([`warning AnnotationInvalid metadata.annotations['${nginx}']`])
    expect(alternativesOf(translation)).toEqual([])
  })

  it.each([
    [{ 'by-header-value': 'x', weight: '1' }, 'by-header-value'],
    [{ 'by-header': 'x', 'by-header-value': 'x', 'by-header-pattern': 'x' }, 'by-header-pattern'],
  ])('warns of %j, where one has no effect', (settings, name) => {
    const translation = translate({ ingresses: [main, canary('one', settings)], services })
    expect(problemsOf(translation)).toEqual([`warning AnnotationInvalid metadata.annotations['${nginx}-${name}']`])
    expect(alternativesOf(translation)).toHaveLength(1)
  })

  it('"false" is a plain Ingress, and rules without canary are a warning', () => {
    const off = canary('one', { weight: '10' }, { own: { [nginx]: 'false' } })
    expect(reached(translate({ ingresses: [off], services }), 'a.example', '/')).toBe('default/one:80')
    const forgotten = ingress({
      annotations: { [`${nginx}-weight`]: '10' },
      spec: { rules: [rule('a.example', pathTo('web'))] },
    })
    expect(problemsOf(translate({ ingresses: [forgotten], services }))).toEqual([
      `warning AnnotationInvalid metadata.annotations['${nginx}-weight']`,
    ])
  })

  it('has no default backend', () => {
    const object = ingress({
      annotations: { [nginx]: 'true', [`${nginx}-weight`]: '10' },
      spec: { defaultBackend: backend('web') },
    })
    const translation = translate({ ingresses: [object], services })
    expect(reached(translation, 'a.example', '/')).toBe('no-host')
  })
})

describe('a canary and its main Ingress', () => {
  it.each(['/other', '/a'])('serves nothing at %s, where there is no main rule', path => {
    const translation = translate({ ingresses: [main, canary('one', { weight: '10' }, { path })], services })
    expect(problemsOf(translation)).toEqual(['warning CanaryWithoutMain spec.rules[0].http.paths[0]'])
    expect(alternativesOf(translation, path)).toEqual([])
  })

  it('takes the same path for the same, with and without a slash at the end', () => {
    const atApi = ingress({ name: 'main', spec: { rules: [rule('a.example', pathTo('web', '/api/'))] } })
    const translation = translate({ ingresses: [atApi, canary('one', { weight: '10' }, { path: '/api' })], services })
    expect(translation.problems).toEqual([])
    expect(alternativesOf(translation, '/api')).toHaveLength(1)
  })

  it('is no way around a guard of the main Ingress that cannot be enforced', () => {
    const guarded = {
      ...main,
      metadata: { ...main.metadata, annotations: { 'nginx.ingress.kubernetes.io/auth-url': 'x' } },
    }
    const one = canary('one', { weight: '10' }, { own: { 'ingresskit.dev/service-weights': 'one=1' } })
    const before = translate({ ingresses: [guarded, one], services })
    const [target] = alternativesOf(before)
    expect(target?.backend).toMatchObject({ kind: 'unavailable', reason: 'guard-not-supported' })
    expect(target).not.toHaveProperty('split')
    const again = translate({ ingresses: [guarded, one], services, previous: before })
    expect(alternativesOf(again)[0]).toBe(target)
    const opened = translate({ ingresses: [main, one], services, previous: before })
    expect(alternativesOf(opened)[0]?.backend).toMatchObject({ kind: 'service', key: 'default/one:80' })
  })

  it.each([
    ['the main Ingress', { 'ingresskit.dev/circuit-breaker': 'requests=lots' }, {}],
    ['its Service', {}, { 'ingresskit.dev/circuit-breaker': 'requests=lots' }],
    [
      'every Service of its split',
      { 'ingresskit.dev/service-weights': 'web=1, two=0' },
      { 'ingresskit.dev/circuit-breaker': 'requests=lots' },
    ],
  ])('is no way around a limit of %s that cannot be read', (_, onMain, onService) => {
    const limited = { ...main, metadata: { ...main.metadata, annotations: onMain } }
    const translation = translate({
      ingresses: [limited, canary('one', { weight: '10' })],
      services: [service('web', undefined, onService), service('one'), service('two')],
    })
    expect(alternativesOf(translation)[0]?.backend).toMatchObject({ kind: 'unavailable', reason: 'limit-invalid' })
  })

  it('serves on beside a split of which one Service can be served', () => {
    const split = { 'ingresskit.dev/service-weights': 'web=1, two=1' }
    const bad = { 'ingresskit.dev/circuit-breaker': 'requests=lots' }
    const translation = translate({
      ingresses: [{ ...main, metadata: { ...main.metadata, annotations: split } }, canary('one', { weight: '10' })],
      services: [service('web', undefined, bad), service('one'), service('two')],
    })
    expect(alternativesOf(translation)[0]?.backend).toMatchObject({ kind: 'service', key: 'default/one:80' })
  })
})
