import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { KubernetesObject } from './kubernetes-object.ts'
import { type ObjectCache, objectCache } from './object-cache.ts'
import type { ObjectEvent } from './watch-line.ts'

const object = (name: string, version: number, uid = `uid-of-${name}`): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name, namespace: 'shop', uid, resourceVersion: String(version) },
})
const put = (...args: Parameters<typeof object>): ObjectEvent => ({ kind: 'put', object: object(...args) })
const remove = (...args: Parameters<typeof object>): ObjectEvent => ({ kind: 'delete', object: object(...args) })

/** Replaces everything, as a list does. */
function list(cache: ObjectCache, objects: readonly KubernetesObject[]): 'changed' | 'unchanged' {
  const staged = cache.stage()
  staged.apply(objects.map(object => ({ kind: 'put', object })))
  return staged.commit()
}

describe('objectCache', () => {
  it('keeps objects that a list brings again unchanged, and the map while nothing changes', () => {
    const cache = objectCache()
    const a = object('a', 1)
    list(cache, [a, object('b', 2)])
    const before = cache.objects()
    expect(cache.objects()).toBe(before)
    expect(list(cache, [object('b', 2), object('a', 1)])).toBe('unchanged')
    expect(cache.objects()).toBe(before)
    expect(list(cache, [object('a', 1), object('b', 3)])).toBe('changed')
    expect(cache.objects().get('shop/a')).toBe(a)
    expect(cache.objects().get('shop/b')).toMatchObject({ metadata: { resourceVersion: '3' } })
    expect(before.get('shop/b')).toMatchObject({ metadata: { resourceVersion: '2' } })
  })

  it('shows nothing of a list before it is there as a whole, and drops what is not in it', () => {
    const cache = objectCache()
    list(cache, [object('a', 1), object('gone', 2), object('odd', 3)])
    const before = cache.objects()
    const staged = cache.stage()
    staged.apply([put('a', 4), put('new', 5), put('removed', 6), remove('removed', 7)])
    staged.keep('shop/odd')
    staged.keep('shop/never-seen')
    expect(cache.objects()).toBe(before)
    expect(staged.commit()).toBe('changed')
    expect([...cache.objects().keys()]).toEqual(['shop/a', 'shop/new', 'shop/odd'])
    expect(cache.objects().get('shop/odd')).toBe(before.get('shop/odd'))
  })

  it('is not misled by a late event about an object that was deleted', () => {
    const cache = objectCache()
    cache.apply([put('a', 9, 'old'), remove('a', 11, 'old')])
    expect(cache.apply([put('a', 10, 'old')])).toBe('unchanged')
    expect(cache.objects().size).toBe(0)
    expect(cache.apply([put('a', 12, 'new')])).toBe('changed')
    expect(cache.objects().size).toBe(1)
  })

  it('says when events told nothing new', () => {
    const cache = objectCache()
    expect(cache.apply([put('a', 9)])).toBe('changed')
    expect(cache.apply([put('a', 9), put('a', 8), remove('b', 3)])).toBe('unchanged')
    expect(cache.apply([put('a', 10)])).toBe('changed')
  })

  it('takes an object that was re-created under its name for another one', () => {
    const cache = objectCache()
    cache.apply([put('a', 9, 'old')])
    expect(cache.apply([put('a', 12, 'new')])).toBe('changed')
    expect(cache.apply([remove('a', 11, 'old')])).toBe('unchanged')
    expect(cache.objects().get('shop/a')?.metadata.uid).toBe('new')
    expect(cache.apply([remove('a', 13, 'new')])).toBe('changed')
    expect(cache.objects().size).toBe(0)
  })

  it('ends with the newest version of each object, in whatever order and however often updates arrive', () => {
    const updates = fc.array(fc.record({ name: fc.constantFrom('a', 'b', 'c'), version: fc.nat({ max: 120 }) }), {
      minLength: 1,
    })
    fc.assert(
      fc.property(updates, fc.nat({ max: 5 }), (list, batch) => {
        const cache = objectCache()
        for (let at = 0; at < list.length; at += batch + 1) {
          cache.apply(list.slice(at, at + batch + 1).map(({ name, version }) => put(name, version)))
        }
        for (const [, { metadata }] of cache.objects()) {
          const versions = list.filter(({ name }) => name === metadata.name).map(({ version }) => version)
          expect(metadata.resourceVersion).toBe(String(Math.max(...versions)))
        }
      }),
    )
  })
})
