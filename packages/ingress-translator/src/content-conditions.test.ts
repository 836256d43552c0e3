import { describe, expect, it } from 'vitest'
import { backend, ingress, pathTo, problemsOf, reached, rule, service, translate } from '../test/objects.ts'
import type { KubernetesObject } from './kubernetes-object.ts'
import type { Translation } from './translation.ts'

const plain = ingress({ name: 'plain', spec: { rules: [rule('a.example', pathTo('web'))] } })

function matching(name: string, settings: Readonly<Record<string, string>>, host = 'a.example'): KubernetesObject {
  const annotations = Object.fromEntries(
    Object.entries(settings).map(([key, value]) => [`ingresskit.dev/match-${key}`, value]),
  )
  return ingress({ name, annotations, spec: { rules: [rule(host, pathTo(name))] } })
}

function alternativesOf(translation: Translation, host = 'a.example'): readonly string[] {
  const match = translation.table.match(host, '/')
  return match.kind === 'alternatives' ? match.alternatives.map(({ value }) => value.ingress.name) : []
}

const services = ['web', 'zh', 'en', 'beta', 'both'].map(name => service(name))

describe('match-*', () => {
  it.each([
    ['methods', 'get, POST', { methods: ['GET', 'POST'] }],
    ['headers', 'X-Env=beta', { headers: [{ name: 'x-env', test: { kind: 'equals', value: 'beta' } }] }],
    ['cookies', 'Group', { cookies: [{ name: 'Group', test: { kind: 'present' } }] }],
    ['query', 'v~^2', { query: [{ name: 'v', test: { kind: 'matches', pattern: { source: '^2' } } }] }],
    ['browser', 'firefox, mobile', { browsers: ['firefox', 'mobile'] }],
    ['language', 'zh, zh-*', { languages: ['zh'] }],
  ])('%s: %s stands beside the plain Ingress', (name, value, content) => {
    const translation = translate({ ingresses: [plain, matching('beta', { [name]: value })], services })
    expect(translation.problems).toEqual([])
    const match = translation.table.match('a.example', '/')
    expect(match.kind === 'alternatives' ? match.alternatives[0]?.value.content : undefined).toMatchObject(content)
    expect(reached(translation, 'a.example', '/')).toBe('default/web:80')
  })

  it('tries the more specific first, whatever the age and order of the Ingresses', () => {
    const objects = [
      plain,
      matching('zh', { language: 'zh' }),
      matching('both', { language: 'zh', headers: 'x-env=beta' }),
      matching('beta', { headers: 'x-env=beta' }),
    ]
    for (const ingresses of [objects, objects.toReversed()])
      expect(alternativesOf(translate({ ingresses, services }))).toEqual(['both', 'beta', 'zh'])
  })

  it('is a conflict between two Ingresses with the same conditions, however they are written', () => {
    const translation = translate({
      ingresses: [matching('en', { language: 'en, de' }), matching('zh', { language: 'de, en-*' })],
      services,
    })
    expect(problemsOf(translation)).toEqual(['warning RuleConflict spec.rules[0].http.paths[0]'])
    expect(alternativesOf(translation)).toEqual(['en'])
  })

  it.each([
    ['language', 'zh_CN'],
    ['language', '*'],
    ['browser', 'netscape'],
    ['headers', 'x-env~('],
    ['cookies', 'a b=1'],
    ['query', '=1'],
    ['methods', ''],
  ])('leaves the Ingress out when %s is %j: it would take what is not meant for it', (name, value) => {
    const translation = translate({ ingresses: [plain, matching('beta', { [name]: value })], services })
    expect(problemsOf(translation)).toEqual([
      `error AnnotationInvalid metadata.annotations['ingresskit.dev/match-${name}']`,
    ])
    expect(alternativesOf(translation)).toEqual([])
    expect(reached(translation, 'a.example', '/')).toBe('default/web:80')
  })

  it('leaves out a default backend, which would take everything', () => {
    const object = ingress({
      annotations: { 'ingresskit.dev/match-language': 'zh' },
      spec: { defaultBackend: backend('web'), rules: [rule('a.example', pathTo('web', '/zh'))] },
    })
    const translation = translate({ ingresses: [object] })
    expect(problemsOf(translation)).toEqual(['warning SpecInvalid spec.defaultBackend'])
    expect(reached(translation, 'a.example', '/other')).toBe('no-path')
  })
})

describe('the languages of a site', () => {
  it('are those that its rules name, by host, the oldest Ingress first, each once', () => {
    const aged = (object: KubernetesObject, creationTimestamp: string): KubernetesObject => ({
      ...object,
      metadata: { ...object.metadata, creationTimestamp },
    })
    const translation = translate({
      ingresses: [
        plain,
        aged(matching('en', { language: 'en, de' }), '2026-02-01T00:00:00Z'),
        aged(matching('zh', { language: 'zh, en', methods: 'GET' }), '2026-01-01T00:00:00Z'),
        matching('both', { language: 'fr' }, 'b.example'),
        matching('beta', { headers: 'x' }, 'c.example'),
      ],
      services,
    })
    expect([...translation.siteLanguages]).toEqual([
      ['a.example', ['zh', 'en', 'de']],
      ['b.example', ['fr']],
    ])
  })

  it('are at most 100 of a host, those of the oldest Ingress first', () => {
    const letters = Array.from('abcdefghijklmnopqrstuvwxyz')
    const all = letters.flatMap(a => letters.map(b => `${a}${b}`))
    const ingresses = Array.from({ length: 15 }, (_, index) =>
      matching(`site-${String(index).padStart(2, '0')}`, { language: all.slice(index * 10, index * 10 + 10).join() }),
    )
    expect(translate({ ingresses }).siteLanguages.get('a.example')).toEqual(all.slice(0, 100))
  })

  it('do not hold those of an Ingress that is left out', () => {
    const translation = translate({ ingresses: [matching('zh', { language: 'zh', headers: '=' })], services })
    expect(translation.siteLanguages.size).toBe(0)
  })
})
