import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { seeded } from '../test/seed.ts'
import { LoadHeap } from './load-heap.ts'

describe(seeded('LoadHeap'), () => {
  it('finds the first by load, turn and index among those that are not skipped, whatever changes', () => {
    const step = fc.record({
      item: fc.nat(20),
      kind: fc.constantFrom('grew', 'moved'),
      load: fc.nat(3),
      turn: fc.nat(3),
      skipped: fc.uniqueArray(fc.nat(20)),
    })
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20 }), fc.array(step, { maxLength: 60 }), (size, steps) => {
        const heap = new LoadHeap(size)
        heap.rebuild()
        for (const { item: wanted, kind, load, turn, skipped } of steps) {
          const item = wanted % size
          const [loadBefore, turnBefore] = [heap.loads[item] ?? 0, heap.turns[item] ?? 0]
          heap.loads[item] = kind === 'grew' ? loadBefore + load : load
          heap.turns[item] = kind === 'grew' ? turnBefore + turn : turn
          if (kind === 'grew') heap.grew(item)
          else heap.moved(item)
          const order = Array.from({ length: size }, (_, index) => index).toSorted(
            (a, b) =>
              (heap.loads[a] ?? 0) - (heap.loads[b] ?? 0) || (heap.turns[a] ?? 0) - (heap.turns[b] ?? 0) || a - b,
          )
          expect(heap.first(undefined)).toBe(order[0])
          expect(heap.first(index => skipped.includes(index))).toBe(order.find(index => !skipped.includes(index)))
        }
      }),
    )
  })

  it('has nobody when it is empty', () => {
    const heap = new LoadHeap(0)
    heap.rebuild()
    expect(heap.first(undefined)).toBeUndefined()
  })
})
