import * as fc from 'fast-check'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { firstSnapshot } from '../../src/commands/first-snapshot.ts'
import { sourceOptions } from '../../src/options/option-table.ts'
import { resolveOptions } from '../../src/options/resolve-options.ts'
import type { Problem } from '../../src/problem.ts'
import { checkIngress, type OwnClasses } from '../../src/webhook/check-ingress.ts'
import { badIngress, ingress, ownClasses, pathTo, rule } from './support/admission-reviews.ts'
import { arbitraryJson } from './support/arbitrary-json.ts'

type Ingress = Parameters<typeof checkIngress>[0]

function problemsOf(object: Ingress, classes: OwnClasses = ownClasses): readonly Problem[] {
  const check = checkIngress(object, classes)
  if (check.kind !== 'checked') throw new Error(`the Ingress is ${check.kind}`)
  return check.problems
}

const nginx = 'nginx.ingress.kubernetes.io/'

describe('what other objects decide is no reason', () => {
  it.each([
    ['Services that do not exist', ingress({ spec: { rules: [rule('a.example', pathTo('gone'))] } })],
    ['ports by name', ingress({ spec: { rules: [rule('a.example', pathTo('gone', '/', { name: 'http' }))] } })],
    [
      'ports of every kind side by side',
      ingress({
        spec: {
          defaultBackend: { service: { name: 'one', port: { name: 'other' } } },
          rules: [rule('a.example', pathTo('gone', '/', { name: 'http' }), pathTo('gone', '/b', { number: 65_535 }))],
        },
      }),
    ],
    ['Services among weights', ingress({ annotations: { 'ingresskit.dev/service-weights': 'v1=90, v2=10' } })],
    ['Secrets', ingress({ spec: { tls: [{ hosts: ['shop.example'], secretName: 'gone' }] } })],
    [
      'the main Ingress of a canary',
      ingress({ annotations: { [`${nginx}canary`]: 'true', [`${nginx}canary-weight`]: '5' } }),
    ],
    [
      'the plain Ingress beside one with conditions',
      ingress({ annotations: { 'ingresskit.dev/match-headers': 'x-beta=yes' } }),
    ],
  ])('%s', (_what, object) => {
    expect(problemsOf(object)).toEqual([])
  })
})

it('finds every problem of one object at once, each with its field and a remedy', () => {
  const object = ingress({
    annotations: { ...badIngress.metadata.annotations, [`${nginx}server-snippet`]: 'return 200;' },
    spec: {
      rules: [
        rule('shop example', pathTo('web')),
        rule('shop.example', pathTo('web', 'cart'), { path: '/a', pathType: 'Prefix', backend: { resource: {} } }),
        rule('twice.example', pathTo('web'), pathTo('other')),
      ],
    },
  })
  expect(problemsOf(object).map(({ severity, reason, field }) => [severity, reason, field])).toEqual(
    expect.arrayContaining([
      ['error', 'AnnotationNotSupported', `metadata.annotations['${nginx}auth-url']`],
      ['error', 'AnnotationInvalid', "metadata.annotations['ingresskit.dev/load-balance']"],
      ['warning', 'AnnotationRefused', `metadata.annotations['${nginx}server-snippet']`],
      ['error', 'HostInvalid', 'spec.rules[0].host'],
      ['error', 'PathInvalid', 'spec.rules[1].http.paths[0].path'],
      ['error', 'ResourceBackendUnsupported', 'spec.rules[1].http.paths[1].backend.resource'],
      ['warning', 'RuleConflict', 'spec.rules[2].http.paths[1]'],
    ]),
  )
})

describe('classes', () => {
  const both: OwnClasses = { names: ['ingresskit', 'nginx'], withoutClass: 'ignore' }
  const withClass = (field: string | undefined, annotation: string | undefined): Ingress => ({
    ...ingress(annotation === undefined ? {} : { annotations: { 'kubernetes.io/ingress.class': annotation } }),
    spec: { ...(field === undefined ? {} : { ingressClassName: field }), rules: [rule('a.example', pathTo('web'))] },
  })
  it.each<[string, OwnClasses, string | undefined, string | undefined, 'checked' | 'not-ours']>([
    ['of the field', ownClasses, 'ingresskit', undefined, 'checked'],
    ['of the annotation', ownClasses, undefined, 'ingresskit', 'checked'],
    ['another one of the field', ownClasses, 'other', undefined, 'not-ours'],
    ['another one of the field, before the annotation', ownClasses, 'other', 'ingresskit', 'not-ours'],
    ['another one of the annotation', ownClasses, undefined, 'nginx', 'not-ours'],
    ['the second of the field', both, 'nginx', undefined, 'checked'],
    ['the second of the annotation', both, undefined, 'nginx', 'checked'],
    ['none', ownClasses, undefined, undefined, 'not-ours'],
    ['none, which is ours when asked for', { ...ownClasses, withoutClass: 'serve' }, undefined, undefined, 'checked'],
  ])('%s', (_what, classes, field, annotation, kind) => {
    expect(checkIngress(withClass(field, annotation), classes).kind).toBe(kind)
  })
})

describe('beside `ingresskit check`', () => {
  const folders: string[] = []
  afterEach(async () => {
    await Promise.all(folders.splice(0).map(async folder => rm(folder, { recursive: true })))
  })
  const checked = async (object: Ingress): Promise<readonly Problem[]> => {
    const folder = await mkdtemp(join(tmpdir(), 'ingresskit-check-'))
    folders.push(folder)
    const service = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'web', namespace: 'shop' } }
    const slice = {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: { name: 'web-1', namespace: 'shop', labels: { 'kubernetes.io/service-name': 'web' } },
      addressType: 'IPv4',
      ports: [{ port: 3000 }],
      endpoints: [{ addresses: ['10.0.0.1'] }],
    }
    const documents = [object, { ...service, spec: { ports: [{ port: 80 }] } }, slice]
    await writeFile(join(folder, 'all.yaml'), documents.map(document => JSON.stringify(document)).join('\n---\n'))
    const options = resolveOptions(sourceOptions, new Set(), { flags: { manifests: [folder] }, environment: {} })
    const { problems } = await firstSnapshot(options)
    return problems.map(problem => ({ ...problem, file: null }))
  }

  it('says the same of an Ingress whose Services are there', async () => {
    const values = ['', 'true', 'false', 'off', 'round-robin', '10', '-1', 'a=b', 'x'.repeat(100), '(']
    const names = [
      'ingresskit.dev/load-balance',
      'ingresskit.dev/retry',
      'ingresskit.dev/circuit-breaker',
      'ingresskit.dev/match-headers',
      'ingresskit.dev/canary',
      `${nginx}affinity`,
      `${nginx}auth-url`,
      `${nginx}configuration-snippet`,
      `${nginx}rewrite-target`,
      `${nginx}proxy-next-upstream`,
    ]
    const annotated = fc.dictionary(fc.constantFrom(...names), fc.constantFrom(...values), { maxKeys: 4 })
    const others = fc.array(fc.constantFrom('/', '/a', 'a', '/a//b', '/a%00', ''), { maxLength: 3 })
    await fc.assert(
      fc.asyncProperty(annotated, others, async (annotations, paths) => {
        const object = ingress({
          annotations,
          spec: { rules: [rule('shop.example', pathTo('web'), ...paths.map(path => pathTo('web', path)))] },
        })
        expect(problemsOf(object)).toEqual(await checked(object))
      }),
      { numRuns: 40 },
    )
  })
})

it('says in words what is wrong with whatever is in the spec, and throws at nothing', () => {
  fc.assert(
    fc.property(arbitraryJson, arbitraryJson, (spec, rules) => {
      const found = [
        checkIngress({ ...ingress(), spec }, { ...ownClasses, withoutClass: 'serve' }),
        checkIngress(ingress({ spec: { rules } }), ownClasses),
      ]
      for (const check of found) {
        if (check.kind !== 'checked') continue
        for (const { reason, message } of check.problems) expect([reason, message]).not.toContain('')
      }
      // Rules that are no list serve nothing.
      const reasons = found[1]?.kind === 'checked' ? found[1].problems.map(({ reason }) => reason) : []
      if (!Array.isArray(rules)) expect(reasons).toContain('SpecInvalid')
    }),
    { numRuns: 300 },
  )
})
