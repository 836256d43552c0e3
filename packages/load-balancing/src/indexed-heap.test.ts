import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import '../test/seed.ts'
import { indexedHeap } from './indexed-heap.ts'

describe('indexedHeap', () => {
  it('finds nothing when it is empty or all items are skipped', () => {
    expect(indexedHeap(0, () => false).first(undefined)).toBeUndefined()
    expect(indexedHeap(3, (a, b) => a < b).first(() => true)).toBeUndefined()
  })

  it('finds the first item that is not skipped, after any changes of order', () => {
    const values = fc.array(fc.nat(20), { minLength: 1, maxLength: 30 })
    const changes = fc.array(fc.record({ item: fc.nat(29), value: fc.nat(20), skipped: fc.uniqueArray(fc.nat(29)) }))
    fc.assert(
      fc.property(values, changes, (start, script) => {
        const order = [...start]
        const before = (a: number, b: number): boolean =>
          (order[a] ?? 0) - (order[b] ?? 0) < 0 || (order[a] === order[b] && a < b)
        const heap = indexedHeap(order.length, before)
        for (const { item, value, skipped } of script) {
          const changed = item % order.length
          order[changed] = value
          heap.moved(changed)
          const all = [...order.keys()].sort((a, b) => (before(a, b) ? -1 : 1))
          expect(heap.first(undefined)).toBe(all[0])
          expect(heap.first(one => skipped.includes(one))).toBe(all.find(one => !skipped.includes(one)))
        }
      }),
    )
  })

  it('is in order again after a rebuild, however many items changed', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(), { minLength: 1, maxLength: 50 }), values => {
        const order = values.map(() => 0)
        const heap = indexedHeap(order.length, (a, b) => (order[a] ?? 0) < (order[b] ?? 0))
        for (const [item, value] of values.entries()) order[item] = value
        heap.rebuild()
        expect(values[heap.first(undefined) ?? -1]).toBe(Math.min(...values))
      }),
    )
  })
})
