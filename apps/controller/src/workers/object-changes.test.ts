import type { KubernetesObject, ObjectSnapshot } from '@ingresskit/kubernetes-watch'
import { describe, expect, it } from 'vitest'
import type { Snapshot } from '../snapshot/snapshot.ts'
import { carriedKinds, isEmpty, ObjectChangeTracker } from './object-changes.ts'
import { ObjectStore } from './object-store.ts'
import type { Publication } from './traffic.ts'

const names = ['a', 'b', 'c', 'd']

function object(kind: string, name: string, more: object = {}): KubernetesObject {
  return { apiVersion: 'v1', kind, metadata: { name, namespace: 'n' }, ...more }
}

/** Objects by kind; what is left out is empty. */
function publication(
  objects: Partial<Readonly<Record<string, ReadonlyMap<string, KubernetesObject>>>>,
  secrets: readonly string[] = [],
): Publication {
  const all = ['Ingress', 'IngressClass', 'Service', 'EndpointSlice', 'Secret', 'ConfigMap'] as const
  const byKind = Object.fromEntries(all.map(kind => [kind, objects[kind] ?? empty])) as ObjectSnapshot['objects']
  return {
    objects: { objects: byKind, problems: [], fileOf: ({ metadata }) => `${metadata.name}.yaml` },
    snapshot: {} as Snapshot,
    secrets: new Set(secrets),
    cause: 'change',
  }
}
const empty: ReadonlyMap<string, KubernetesObject> = new Map()

describe('ObjectChangeTracker', () => {
  it('tells an object once, and again only when it is another one', () => {
    const tracker = new ObjectChangeTracker()
    const [a, b] = [object('Ingress', 'a'), object('Ingress', 'b')]
    expect(tracker.next(publication({ Ingress: new Map([['n/a', a]]) })).changed).toEqual([
      { kind: 'Ingress', key: 'n/a', object: a, file: 'a.yaml' },
    ])
    const both = new Map([
      ['n/a', a],
      ['n/b', b],
    ])
    expect(tracker.next(publication({ Ingress: both })).changed.map(({ key }) => key)).toEqual(['n/b'])
    expect(isEmpty(tracker.next(publication({ Ingress: new Map(both) })))).toBe(true)
    expect(tracker.next(publication({ Ingress: new Map([['n/a', object('Ingress', 'a')]]) }))).toMatchObject({
      changed: [{ key: 'n/a' }],
      removed: [{ kind: 'Ingress', key: 'n/b' }],
    })
  })

  it('hands on the Secrets that are named, as long as they are, and no ConfigMap', () => {
    const tracker = new ObjectChangeTracker()
    const all = {
      Secret: new Map(names.map(name => [`n/${name}`, object('Secret', name)])),
      ConfigMap: new Map([['n/a', object('ConfigMap', 'a')]]),
    }
    const keys = (secrets: readonly string[]): unknown => {
      const { changed, removed } = tracker.next(publication(all, secrets))
      return [changed.map(({ key }) => key), removed.map(({ key }) => key)]
    }
    expect(keys([])).toEqual([[], []])
    expect(keys(['n/a', 'n/absent'])).toEqual([['n/a'], []])
    expect(keys(['n/b'])).toEqual([['n/b'], ['n/a']])
    expect(tracker.whole().changed.map(({ key }) => key)).toEqual(['n/b'])
  })

  it('leaves out the status', () => {
    const tracker = new ObjectChangeTracker()
    const service = object('Service', 'a', { spec: { ports: [] }, status: { loadBalancer: {} } })
    const { changed } = tracker.next(publication({ Service: new Map([['n/a', service]]) }))
    expect(changed[0]?.object).toEqual(object('Service', 'a', { spec: { ports: [] } }))
  })
})

describe('ObjectStore', () => {
  it('holds what the source holds after any changes, also in a worker that began late', () => {
    const random = seededRandom(20_261_125)
    const oneOf = <T>(values: readonly T[]): T => {
      const value = values[Math.floor(random() * values.length)]
      if (value === undefined) throw new Error('nothing to choose from')
      return value
    }
    const tracker = new ObjectChangeTracker()
    const store = new ObjectStore()
    const maps = new Map<string, ReadonlyMap<string, KubernetesObject>>()
    for (let revision = 0; revision < 500; revision += 1) {
      const [kind, name] = [oneOf(carriedKinds), oneOf(names)]
      const next = new Map(maps.get(kind))
      if (random() < 0.6) next.set(`n/${name}`, object(kind, name, { spec: { revision } }))
      else next.delete(`n/${name}`)
      if (random() < 0.9) maps.set(kind, next)
      const secrets = names.filter(() => random() < 0.5).map(each => `n/${each}`)
      const published = publication(Object.fromEntries(maps), secrets)
      const held = store.apply(structuredClone(tracker.next(published)))
      const late = new ObjectStore().apply(structuredClone(tracker.whole()))
      for (const each of carriedKinds) {
        const wanted = [...published.objects.objects[each]].filter(
          ([key]) => each !== 'Secret' || published.secrets.has(key),
        )
        expect(held.objects[each]).toEqual(new Map(wanted))
        expect(late.objects[each]).toEqual(new Map(wanted))
        for (const one of held.objects[each].values()) expect(held.fileOf(one)).toBe(`${one.metadata.name}.yaml`)
      }
    }
  })

  it('keeps the maps of kinds in which nothing changed, and objects that did not change', () => {
    const store = new ObjectStore()
    const change = (kind: 'Ingress' | 'Service', name: string): ObjectSnapshot =>
      store.apply({ changed: [{ kind, key: `n/${name}`, object: object(kind, name) }], removed: [] })
    const before = change('Ingress', 'a')
    const after = change('Service', 'a')
    expect(after.objects.Ingress).toBe(before.objects.Ingress)
    expect(change('Ingress', 'b').objects.Ingress.get('n/a')).toBe(before.objects.Ingress.get('n/a'))
    expect(before.objects.Ingress.size).toBe(1)
  })
})

/** Numbers from 0 to 1, the same ones for the same seed. */
function seededRandom(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}
