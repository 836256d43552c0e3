import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { pathTo, rule } from '../test/objects.ts'
import type { KubernetesObject } from './kubernetes-object.ts'
import { translateIngresses } from './translate-ingresses.ts'
import type { Translation, TranslationInput } from './translation.ts'

const options = {
  ingressClasses: ['ours'],
  controllerClasses: ['example.dev/controller'],
  withoutClass: 'ignore',
  admission: 'api-server',
} as const

const hosts = fc.constantFrom('x.example', 'y.example', '*.example', undefined)
const paths = fc.constantFrom('/', '/a', '/a/b', 'bad')
const services = ['web', 'api', 'gone']

const annotations = fc.constantFrom(
  {},
  {},
  { 'ingresskit.dev/match-language': 'de, en' },
  { 'ingresskit.dev/match-headers': 'X-Test' },
  { 'nginx.ingress.kubernetes.io/canary': 'true', 'nginx.ingress.kubernetes.io/canary-weight': '20' },
  { 'ingresskit.dev/retry': 'nonsense' },
  { 'nginx.ingress.kubernetes.io/auth-url': 'http://auth.example/' },
)

const specs = fc
  .record({
    className: fc.constantFrom('ours', 'ours', 'ours', 'theirs', 'missing', undefined),
    rules: fc.array(
      fc.tuple(hosts, fc.array(fc.tuple(fc.constantFrom(...services), paths), { minLength: 1, maxLength: 2 })),
      { maxLength: 3 },
    ),
    hasDefault: fc.boolean(),
    secret: fc.constantFrom(undefined, 'cert-a', 'cert-b'),
  })
  .map(({ className, rules, hasDefault, secret }) => ({
    ...(className === undefined ? {} : { ingressClassName: className }),
    rules: rules.map(([host, entries]) => rule(host, ...entries.map(([service, path]) => pathTo(service, path)))),
    ...(hasDefault ? { defaultBackend: { service: { name: 'web', port: { number: 80 } } } } : {}),
    ...(secret === undefined ? {} : { tls: [{ hosts: ['x.example'], secretName: secret }] }),
  }))

/** One change of the world: an object is put or taken away. */
const changes = fc.oneof(
  fc.record({
    key: fc.constantFrom('one/a', 'one/b', 'one/c', 'two/a', 'two/b'),
    object: fc.option(fc.record({ spec: specs, annotations, day: fc.integer({ min: 1, max: 3 }) }), { nil: undefined }),
  }),
  fc.record({
    service: fc.constantFrom('one/web', 'one/api', 'two/web'),
    port: fc.constantFrom(80, 81, undefined),
  }),
  fc.record({ newClass: fc.constantFrom('missing', 'another') }),
)

type Change = Parameters<typeof apply>[1]

/** The world after a change; what did not change is the same object. */
function apply(
  world: TranslationInput,
  change: typeof changes extends fc.Arbitrary<infer C> ? C : never,
): TranslationInput {
  if ('newClass' in change) {
    const added = [...classes, [change.newClass, ingressClass(change.newClass, 'example.dev/another')] as const]
    return { ...world, ingressClasses: new Map(world.ingressClasses.size > classes.size ? classes : added) }
  }
  if ('service' in change) {
    const services = new Map(world.services)
    if (change.port === undefined) services.delete(change.service)
    else services.set(change.service, object('Service', change.service, { spec: { ports: [{ port: change.port }] } }))
    return { ...world, services }
  }
  const ingresses = new Map(world.ingresses)
  if (change.object === undefined) ingresses.delete(change.key)
  else ingresses.set(change.key, ingressOf(change.key, change.object))
  return { ...world, ingresses }
}

function ingressOf(
  key: string,
  { spec, annotations: given, day }: { readonly spec: object; readonly annotations: object; readonly day: number },
): KubernetesObject {
  const made = object('Ingress', key, { spec })
  const metadata = { ...made.metadata, annotations: { ...given }, creationTimestamp: `2026-01-0${day}T00:00:00Z` }
  return { ...made, metadata }
}

function object(kind: string, key: string, rest: object): KubernetesObject {
  const [namespace = '', name = ''] = key.split('/')
  return { apiVersion: 'v1', kind, metadata: { namespace, name }, ...rest }
}

function ingressClass(name: string, controller: string): KubernetesObject {
  return { apiVersion: 'networking.k8s.io/v1', kind: 'IngressClass', metadata: { name }, spec: { controller } }
}

const classes = new Map([
  ['ours', ingressClass('ours', options.controllerClasses[0])],
  ['theirs', ingressClass('theirs', 'example.dev/another')],
])
const nothing: TranslationInput = { ingresses: new Map(), ingressClasses: classes, services: new Map() }

/** Everything a translation says, whatever the order in which it was found. */
function said(translation: Translation): unknown {
  const sorted = (items: Iterable<unknown>): readonly string[] => [...items].map(item => JSON.stringify(item)).sort()
  return {
    rules: sorted(translation.table.rules()),
    defaults: sorted(translation.table.defaults()),
    hosts: sorted(translation.table.hosts()),
    size: translation.table.size,
    conflicts: sorted(translation.conflicts),
    problems: sorted(translation.problems),
    tls: translation.tls,
    secrets: sorted(translation.secrets),
    languages: sorted(translation.siteLanguages),
    ingresses: sorted(translation.ingresses.keys()),
    skipped: sorted([...translation.skipped].map(([key, { reason }]) => [key, reason])),
  }
}

const steps: fc.Arbitrary<readonly (readonly Change[])[]> = fc.array(fc.array(changes, { maxLength: 3 }), {
  minLength: 1,
  maxLength: 12,
})

it('following the changes one after the other says the same as translating the last state from nothing', () => {
  fc.assert(
    fc.property(steps, all => {
      let world = nothing
      let followed = translateIngresses(world, options)
      for (const step of all) {
        world = step.reduce(apply, world)
        followed = translateIngresses(world, options, followed)
        expect(said(followed)).toEqual(said(translateIngresses(world, options)))
      }
    }),
    { numRuns: 400 },
  )
})

it('two successors of the same translation do not disturb each other', () => {
  fc.assert(
    fc.property(steps, steps, (first, second) => {
      const start = translateIngresses(nothing, options)
      const follow = (all: readonly (readonly Change[])[]): void => {
        let world = nothing
        let followed = start
        for (const step of all) {
          world = step.reduce(apply, world)
          followed = translateIngresses(world, options, followed)
        }
        expect(said(followed)).toEqual(said(translateIngresses(world, options)))
      }
      follow(first)
      follow(second)
    }),
    { numRuns: 100 },
  )
})

it('is the same translation when nothing it depends on changed', () => {
  const world = apply(nothing, { service: 'one/web', port: 80 })
  const first = translateIngresses(world, options)
  const unused = apply(world, { service: 'two/web', port: 80 })
  expect(translateIngresses(unused, options, first)).toBe(first)
})
