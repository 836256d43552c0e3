import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { seeded } from '../test/seed.ts'
import { emptyRing, type HashRing, nextRing, ownerOfHash, ownerRange } from './hash-ring.ts'

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

describe(seeded('nextRing'), () => {
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
    expect([0, 1].map(owner => ring.points.filter(point => point % ownerRange === owner).length)).toEqual([960, 320])
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

describe(seeded('ownerOfHash'), () => {
  const ring: HashRing = {
    keys: ['a', 'b', 'c'],
    pointCounts: [2, 1, 1],
    pointsPerWeight: 1,
    points: Float64Array.from([10, 20, 20, 4_294_967_295], (point, index) => point * ownerRange + (index % 3)),
    arcs: Uint32Array.of(0, 3, 4),
    arcShift: 31,
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
    const small: HashRing = {
      ...ring,
      points: Float64Array.of(10 * ownerRange + 1, 20 * ownerRange + 2),
      arcs: Uint32Array.of(0, 2, 2),
    }
    expect(ownerOfHash(small, 21, undefined)).toBe(1)
    expect(ownerOfHash(emptyRing, 21, undefined)).toBeUndefined()
  })

  it('finds the same owner as going through all points one by one', () => {
    fc.assert(
      fc.property(keySets, fc.array(fc.nat(2 ** 32 - 1), { minLength: 1 }), (members, hashes) => {
        const built = ringOver(members)
        const points = [...built.points]
        const nearby = points.slice(0, 20).map(point => Math.floor(point / ownerRange))
        for (const hash of [...hashes, ...nearby, ...nearby.map(point => point + 1)]) {
          const point = points.find(one => one >= hash * ownerRange) ?? points[0]
          expect(ownerOfHash(built, hash, undefined)).toBe(point === undefined ? undefined : point % ownerRange)
        }
      }),
      { numRuns: 60 },
    )
  })

  it('keeps at most one arc per four points, however many there are', () => {
    const ring = ringOver(Array.from({ length: 50 }, (_, index) => ({ key: `e${index}`, weight: 1 + (index % 3) })))
    expect(ring.arcs.length - 1).toBeLessThanOrEqual(ring.points.length / 4)
    expect(ring.arcs.length - 1).toBeGreaterThan(ring.points.length / 8)
  })
})
