import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { emptyRing, type HashRing, nextRing, ownerOfHash } from './hash-ring.ts'

const keySets = fc.uniqueArray(
  fc.record({ key: fc.string({ maxLength: 3 }), weight: fc.integer({ min: 1, max: 4 }) }),
  {
    selector: member => member.key,
    maxLength: 8,
  },
)
type Members = readonly { readonly key: string; readonly weight: number }[]
const ringOver = (members: Members, previous: HashRing = emptyRing): HashRing =>
  nextRing(
    previous,
    members.map(member => member.key),
    members.map(member => member.weight),
  )

describe('nextRing', () => {
  it('is the same whether built at once, in another order, or over any sets before', () => {
    fc.assert(
      fc.property(fc.array(keySets, { maxLength: 3 }), keySets, (history, last) => {
        const grown = history.reduce((ring, members) => ringOver(members, ring), emptyRing)
        const direct = ringOver(last)
        expect(ringOver(last, grown)).toEqual(direct)
        expect(ringOver(last.toReversed())).toEqual(direct)
      }),
      { numRuns: 60 },
    )
  })

  it('gives every owner 320 points per unit of weight, in ascending order', () => {
    const ring = ringOver([
      { key: 'b', weight: 1 },
      { key: 'a', weight: 3 },
    ])
    expect(ring.keys).toEqual(['a', 'b'])
    expect([0, 1].map(owner => ring.owners.filter(one => one === owner).length)).toEqual([960, 320])
    expect(ring.points).toEqual(ring.points.toSorted())
  })

  it('holds at most 2^20 points and one more per endpoint, and at least one each, however large the weights', () => {
    const members = [1_000_000, 1_000_000, 1_000_000, 1, 2].map((weight, index) => ({ key: `e${index}`, weight }))
    const ring = ringOver(members)
    expect(ring.points.length).toBeLessThanOrEqual(2 ** 20 + members.length)
    expect(Math.min(...ring.pointCounts)).toBe(1)
  })

  it('moves no key of a survivor when a set beyond the bound of points shrinks below it', () => {
    const members = [10, 10, 10, 10].map((weight, index) => ({ key: `e${index}`, weight: weight * 100 }))
    const before = ringOver(members)
    const after = ringOver(members.slice(1), before)
    expect(before.pointsPerWeight).toBe(160)
    expect(after.pointsPerWeight).toBe(160)
  })

  it('has fine points again once a set with a huge weight is gone', () => {
    const before = ringOver([
      { key: 'huge', weight: 1_000_000 },
      { key: 'a', weight: 1 },
    ])
    expect(ringOver([{ key: 'a', weight: 1 }], before).pointsPerWeight).toBe(320)
  })
})

describe('ownerOfHash', () => {
  const ring: HashRing = {
    keys: ['a', 'b', 'c'],
    pointCounts: [2, 1, 1],
    pointsPerWeight: 1,
    points: Uint32Array.of(10, 20, 20, 4_294_967_295),
    owners: Uint32Array.of(0, 1, 2, 0),
  }

  it.each([
    [0, 0],
    [10, 0],
    [11, 1],
    [20, 1],
    [21, 0],
    [4_294_967_295, 0],
  ])('gives hash %d to the first point at or after it', (hash, owner) => {
    expect(ownerOfHash(ring, hash, undefined)).toBe(owner)
  })

  it('passes excluded owners, also across the end of the ring, and gives a collision to the next key', () => {
    expect(ownerOfHash(ring, 11, new Set(['b']))).toBe(2)
    expect(ownerOfHash(ring, 4_294_967_295, new Set(['a']))).toBe(1)
    expect(ownerOfHash(ring, 11, new Set(['a', 'b', 'c', 'z']))).toBeUndefined()
  })

  it('goes round to the first point after the last one', () => {
    const small: HashRing = { ...ring, points: Uint32Array.of(10, 20), owners: Uint32Array.of(1, 2) }
    expect(ownerOfHash(small, 21, undefined)).toBe(1)
    expect(ownerOfHash(emptyRing, 21, undefined)).toBeUndefined()
  })
})
