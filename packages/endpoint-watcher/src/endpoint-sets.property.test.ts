import type { KubernetesObject } from '@ingresskit/kubernetes-watch'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compute, service, slice } from '../test/objects.ts'

const condition = fc.constantFrom(true, false, null, undefined)
const endpoint = fc.record({
  addresses: fc.constantFrom(['10.0.0.1'], ['10.0.0.2'], ['10.0.0.3'], ['169.254.0.1'], ['nonsense']),
  conditions: fc.record({ ready: condition, serving: condition, terminating: condition }),
  zone: fc.constantFrom('z1', 'z2', undefined),
})
const sliceFields = fc.record({
  endpoints: fc.array(endpoint, { maxLength: 4 }),
  ports: fc.constantFrom([{ name: '', port: 8080 }], [{ name: 'b', port: 9090 }], [{ name: 'b', port: 0 }], null),
})
const serviceNames = ['web', 'api'] as const
/** Slices with names of their own, each for one of the two Services. */
const slices = fc
  .array(fc.tuple(sliceFields, fc.constantFrom(...serviceNames)), { maxLength: 5 })
  .map(list => list.map(([fields, owner], index) => slice(fields, `slice-${index}`, owner)))
const services = fc
  .array(fc.constantFrom(...serviceNames), { maxLength: 2 })
  .map(names => [...new Set(names)].map(name => service({ ports: [{ port: 80 }, { name: 'b', port: 81 }] }, name)))

/** In the order of keys: that of the Services is nobody's business. */
const contents = (sets: ReturnType<typeof compute>) => ({
  sets: [...sets.sets.values()].toSorted((a, b) => (a.key < b.key ? -1 : 1)),
  problems: sets.problems,
})

describe('endpointSets', () => {
  it('answers the same whatever the order of slices', () => {
    const input = services.chain(list =>
      slices.chain(all =>
        fc.tuple(fc.constant(list), fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })),
      ),
    )
    fc.assert(
      fc.property(input, ([list, all, shuffled]) => {
        expect(contents(compute(list, shuffled))).toEqual(contents(compute(list, all)))
      }),
    )
  })

  it('answers with a previous value what it answers from scratch, with equal sets being the same objects', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(services, slices, fc.constantFrom('allow', 'refuse')), { minLength: 2, maxLength: 4 }),
        states => {
          let previous = compute([], [])
          for (const [list, all, loopback] of states) {
            const next = compute(list, all, { previous, loopback })
            const scratch = compute(list, all, { loopback })
            expect(contents(next)).toEqual(contents(scratch))
            const needlesslyNew = [...next.sets.values()].filter(set => {
              const before = previous.sets.get(set.key)
              return before !== set && JSON.stringify(before) === JSON.stringify(set)
            })
            expect(needlesslyNew).toEqual([])
            previous = next
          }
        },
      ),
    )
  })

  it('never throws, and orders usable endpoints by key without duplicates, whatever the objects hold', () => {
    const junk = fc.jsonValue()
    const known = fc.constantFrom('metadata', 'spec', 'ports', 'endpoints', 'addressType', 'addresses', 'labels')
    const wild = fc.oneof(
      junk,
      fc.dictionary(known, junk),
      fc.record({ spec: fc.record({ ports: junk, externalName: junk, type: fc.constantFrom('ExternalName', 1) }) }),
    )
    const named = (object: unknown, base: KubernetesObject): KubernetesObject => ({
      ...base,
      ...(object as object),
      metadata: base.metadata,
    })
    fc.assert(
      fc.property(fc.array(wild), fc.array(wild), fc.constantFrom('allow', 'deny'), (a, b, externalName) => {
        const raw = compute(a as KubernetesObject[], b as KubernetesObject[], { externalName })
        const withNames = compute(
          [...a.map(object => named(object, service({}))), service({ ports: [{ port: 80 }] })],
          b.map(object => named(object, slice({}))),
          { externalName },
        )
        for (const set of [...raw.sets.values(), ...withNames.sets.values()]) {
          const keys = set.usable.map(({ key }) => key)
          expect(keys).toEqual([...new Set(keys)].toSorted())
        }
      }),
    )
  })
})
