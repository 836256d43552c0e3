import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { LayeredMap } from './layered-map.ts'
import { mapDifference, type MapDifference } from './map-difference.ts'

const changes = fc.array(fc.tuple(fc.integer({ min: 0, max: 80 }), fc.option(fc.nat(9), { nil: undefined })), {
  maxLength: 12,
})

describe('a layered map', () => {
  it('reads like a Map after the same changes, and so do all those it came from', () => {
    fc.assert(
      fc.property(fc.array(changes, { maxLength: 40 }), steps => {
        let layered = new LayeredMap<number, number>()
        const plain = new Map<number, number>()
        const generations: (readonly [LayeredMap<number, number>, ReadonlyMap<number, number>])[] = []
        for (const step of steps) {
          layered = layered.with(new Map(step))
          for (const [key, value] of new Map(step)) {
            if (value === undefined) plain.delete(key)
            else plain.set(key, value)
          }
          generations.push([layered, new Map(plain)])
        }
        for (const [map, expected] of generations) {
          const sorted = (entries: Iterable<readonly [number, number]>) => [...entries].sort(([a], [b]) => a - b)
          expect(map.size).toBe(expected.size)
          expect(sorted(map)).toEqual(sorted(expected))
          expect(new Set(map.keys())).toEqual(new Set(expected.keys()))
          expect([...map.values()]).toEqual([...map].map(([, value]) => value))
          for (let key = 0; key <= 80; key++)
            expect([map.get(key), map.has(key)]).toEqual([expected.get(key), expected.has(key)])
        }
      }),
      { numRuns: 200 },
    )
  })

  it('tells what differs between any two generations as comparing all of both does', () => {
    fc.assert(
      fc.property(fc.array(changes, { minLength: 1, maxLength: 12 }), steps => {
        const generations: LayeredMap<number, number>[] = [new LayeredMap()]
        for (const step of steps) generations.push((generations.at(-1) ?? new LayeredMap()).with(new Map(step)))
        for (const before of generations) {
          for (const after of generations) {
            const sorted = ({ changed, removed }: MapDifference<number, number>) => ({
              changed: [...changed].sort(([a], [b]) => a - b),
              removed: [...removed].sort((a, b) => a - b),
            })
            expect(sorted(mapDifference(before, after))).toEqual(sorted(mapDifference(new Map(before), new Map(after))))
          }
        }
      }),
      { numRuns: 100 },
    )
  })

  it('is itself when nothing changes, and keeps the place of a key that is changed', () => {
    const map = new LayeredMap(new Map([1, 2, 3].map(key => [key, `${key}`])))
    expect(map.with(new Map())).toBe(map)
    const seen: string[] = []
    map.with(new Map([[2, 'two']])).forEach((value, key) => seen.push(`${key} ${value}`))
    expect(seen).toEqual(['1 1', '2 two', '3 3'])
  })
})
