import fc from 'fast-check'
import { expect, it } from 'vitest'
import { ingress, pathTo, reached, rule, service, translate } from '../test/objects.ts'
import type { KubernetesObject } from './kubernetes-object.ts'

const good = ingress({ name: 'good', spec: { rules: [rule('good.example', pathTo('web'))] } })

// Words of the API in random places reach further into the code than random words do.
const word = fc.constantFrom(
  'rules',
  'http',
  'paths',
  'path',
  'pathType',
  'backend',
  'service',
  'name',
  'port',
  'number',
  'tls',
  'hosts',
  'secretName',
  'defaultBackend',
  '__proto__',
)
const value = fc.letrec<{ readonly tree: unknown }>(tie => ({
  tree: fc.oneof(
    { depthSize: 'medium' },
    fc.constantFrom(
      null,
      true,
      80,
      -1,
      '',
      '/',
      '/a',
      'Prefix',
      'Exact',
      'bad.example',
      '*.bad.example',
      'web',
      'http',
      '\u0000',
      'é',
    ),
    fc.array(tie('tree'), { maxLength: 3 }),
    fc.dictionary(word, tie('tree'), { maxKeys: 5 }),
  ),
})).tree

function anyIngress(spec: unknown): KubernetesObject {
  return { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', metadata: { name: 'bad', namespace: 'default' }, spec }
}

it('translates whatever is in an Ingress without a throw, and its neighbour is served as before', () => {
  fc.assert(
    fc.property(value, spec => {
      const translation = translate({ ingresses: [anyIngress(spec), good], options: { withoutClass: 'serve' } })
      expect(reached(translation, 'good.example', '/')).toBe('default/web:80')
      expect(
        translation.problems.every(({ name, field, message }) => name === 'bad' && field !== '' && message !== ''),
      ).toBe(true)
    }),
    { numRuns: 500 },
  )
})

it('takes a creation time that is no text for an unknown one', () => {
  const creationTimestamp: unknown = JSON.parse('{ "toString": null }')
  const object = ingress({ spec: { rules: [rule('a.example', pathTo('web'))] } })
  const metadata = { ...object.metadata, creationTimestamp: creationTimestamp as string }
  expect(reached(translate({ ingresses: [{ ...object, metadata }] }), 'a.example', '/')).toBe('default/web:80')
})

it('translates from the previous translation to the same table and problems as from nothing', () => {
  const objects = fc.array(
    fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.constantFrom('/x', '/y', 'bad'), fc.constantFrom('web', 'gone')),
    { maxLength: 5 },
  )
  fc.assert(
    fc.property(objects, objects, (before, after) => {
      const worldOf = (entries: typeof before): Parameters<typeof translate>[0] => ({
        ingresses: entries.map(([host, path, name], index) =>
          ingress({ name: `i${index}`, spec: { rules: [rule(`${host}.example`, pathTo(name, path))] } }),
        ),
        services: [service('web')],
      })
      const next = worldOf(after)
      const fresh = translate(next)
      const followed = translate({ ...next, previous: translate(worldOf(before)) })
      expect(followed.problems).toEqual(fresh.problems)
      for (const host of ['a', 'b', 'c']) {
        for (const path of ['/x', '/y', '/z'])
          expect(reached(followed, `${host}.example`, path)).toBe(reached(fresh, `${host}.example`, path))
      }
    }),
  )
})
