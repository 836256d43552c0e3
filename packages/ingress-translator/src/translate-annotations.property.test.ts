import fc from 'fast-check'
import { expect, it } from 'vitest'
import { arbitraryAnnotations } from '../test/arbitrary-annotations.ts'
import { ingress, onlyTarget, pathTo, reached, rule, service, translate } from '../test/objects.ts'
import type { Balancing } from './balancing.ts'
import type { KubernetesObject } from './kubernetes-object.ts'
import type { RouteTarget } from './route-target.ts'
import type { Translation } from './translation.ts'

// The host of `onlyTarget`.
const good = ingress({ name: 'good', spec: { rules: [rule('a.example', pathTo('web'))] } })

function withAnnotations(name: string, annotations: unknown): KubernetesObject {
  const object = ingress({ name, spec: { rules: [rule(`${name}.example`, pathTo('web'), pathTo('web', '/more'))] } })
  return { ...object, metadata: { ...object.metadata, annotations } } as KubernetesObject
}

function targetsOf(translation: Translation): readonly RouteTarget[] {
  return [...translation.ingresses.values()].flatMap(({ rules }) => rules.map(({ value }) => value))
}

it('whatever annotations an Ingress has, it harms no other one with the same Service, and its problems are its own', () => {
  const alone = onlyTarget(translate({ ingresses: [good] }))
  fc.assert(
    fc.property(arbitraryAnnotations, annotations => {
      const translation = translate({ ingresses: [withAnnotations('bad', annotations), good] })
      expect(onlyTarget(translation)).toEqual(alone)
      for (const { kind, name, field, message } of translation.problems) {
        expect(`${kind}/${name}`).toBe('Ingress/bad')
        expect(field).not.toBe('')
        expect(message).not.toBe('')
      }
    }),
    { numRuns: 300 },
  )
})

it('whatever annotations a Service has, only limits that cannot be read keep it from being served', () => {
  fc.assert(
    fc.property(arbitraryAnnotations, annotations => {
      const translation = translate({ ingresses: [good], services: [service('web', undefined, annotations)] })
      const badLimit = translation.problems.some(
        ({ severity, field }) => severity === 'error' && field.includes('circuit-breaker'),
      )
      expect(reached(translation, 'a.example', '/')).toBe(badLimit ? 'limit-invalid' : 'default/web:80')
      expect(translation.problems.every(({ kind, name }) => kind === 'Service' && name === 'web')).toBe(true)
    }),
    { numRuns: 300 },
  )
})

it('policies have the same key exactly when they are the same, apart from who decided', () => {
  const policyOf = (balancing: Balancing): string => JSON.stringify({ ...balancing, key: '', decidedBy: {} })
  fc.assert(
    fc.property(arbitraryAnnotations, arbitraryAnnotations, (one, two) => {
      const objects = [withAnnotations('one', one), withAnnotations('two', two)]
      const [a, b] = ['one', 'two'].map(
        name => targetsOf(translate({ ingresses: objects })).find(target => target.ingress.name === name)?.balancing,
      )
      if (a === undefined || b === undefined) return
      expect(a.key === b.key).toBe(policyOf(a) === policyOf(b))
    }),
    { numRuns: 300 },
  )
})

it('what goes into a cookie has no character that could end its attribute', () => {
  const text = fc.oneof(
    fc.string(),
    fc.array(fc.constantFrom('/', 'a', '.', '-', ';', ' ', '=', '\r\n')).map(parts => parts.join('')),
  )
  fc.assert(
    fc.property(text, text, text, (name, path, domain) => {
      const annotations = {
        'nginx.ingress.kubernetes.io/affinity': 'cookie',
        'nginx.ingress.kubernetes.io/session-cookie-name': name,
        'nginx.ingress.kubernetes.io/session-cookie-path': path,
        'nginx.ingress.kubernetes.io/session-cookie-domain': domain,
      }
      const [target] = targetsOf(translate({ ingresses: [withAnnotations('site', annotations)] }))
      const cookie = target?.balancing.affinity?.cookie
      expect(cookie?.name).toMatch(/^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/u)
      expect(`${cookie?.path ?? ''}${cookie?.domain ?? ''}`).toMatch(/^[\x21-\x3a\x3c-\x7e]*$/u)
    }),
    { numRuns: 500 },
  )
})

it('annotations that are no text, or no record at all, are survived', () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.jsonValue(), fc.dictionary(fc.constantFrom(...nonTextNames), fc.jsonValue())),
      annotations => {
        const translation = translate({ ingresses: [withAnnotations('bad', annotations), good] })
        expect(reached(translation, 'a.example', '/')).toBe('default/web:80')
      },
    ),
  )
})

const nonTextNames = ['ingresskit.dev/retry', 'ingresskit.dev/service-weights', 'nginx.ingress.kubernetes.io/canary']

it('translating from the previous translation gives the same rules and problems as from nothing', () => {
  const world = fc.record({ site: arbitraryAnnotations, other: arbitraryAnnotations, web: arbitraryAnnotations })
  fc.assert(
    fc.property(world, world, (before, after) => {
      const worldOf = ({ site, other, web }: typeof before): Parameters<typeof translate>[0] => ({
        ingresses: [
          ingress({ name: 'site', annotations: site, spec: { rules: [rule('x.example', pathTo('web'))] } }),
          ingress({ name: 'other', annotations: other, spec: { rules: [rule('x.example', pathTo('web'))] } }),
          good,
        ],
        services: [service('web', undefined, web)],
      })
      const next = worldOf(after)
      const fresh = translate(next)
      const followed = translate({ ...next, previous: translate(worldOf(before)) })
      expect(followed.problems).toEqual(fresh.problems)
      expect([...followed.siteLanguages]).toEqual([...fresh.siteLanguages])
      // Patterns hold compiled programs; their text is what can be compared.
      const rulesOf = ({ table }: typeof fresh): readonly string[] =>
        [...table.rules()].map(found => JSON.stringify(found)).sort()
      expect(rulesOf(followed)).toEqual(rulesOf(fresh))
    }),
    { numRuns: 200 },
  )
})
