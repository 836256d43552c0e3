import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { pickWeighted } from './pick-weighted.ts'

const weights = fc.array(fc.nat({ max: 1000 }), { maxLength: 8 })
const anyNumber = fc.oneof(
  fc.double(),
  fc.constantFrom(0, 1, -1, Number.NaN, Infinity, -Infinity, 1 - Number.EPSILON / 2),
)

describe('pickWeighted()', () => {
  it('gives each alternative exactly its share of evenly spread draws', () => {
    fc.assert(
      fc.property(weights, list => {
        const total = list.reduce((sum, weight) => sum + weight, 0)
        const picked = list.map(() => 0)
        for (let draw = 0; draw < total; draw++) {
          const index = pickWeighted(list, (draw + 0.5) / total) ?? -1
          picked[index] = (picked[index] ?? 0) + 1
        }
        expect(picked).toEqual(list)
      }),
      { numRuns: 30 },
    )
  })

  it('never picks an alternative without weight, whatever is drawn', () => {
    fc.assert(
      fc.property(fc.array(anyNumber, { maxLength: 8 }), anyNumber, (list, draw) => {
        const shares = list.filter(weight => weight > 0 && Number.isFinite(weight))
        const index = pickWeighted(list, draw)
        if (shares.length === 0) expect(index).toBeUndefined()
        else expect(shares).toContain(list[index ?? -1])
      }),
    )
  })

  it.each([
    [[], 0.5, undefined],
    [[0, 0], 0, undefined],
    [[0, 1, 0], 0, 1],
    [[0, 1, 0], 0.999, 1],
    [[10, 90], 0.0999, 0],
    [[10, 90], 0.1, 1],
    [[10, 90, 0], 1, 1],
    [[10, 90], -1, 0],
    [[10, 90], Number.NaN, 1],
  ])('%j at %d: %j', (list, draw, index) => {
    expect(pickWeighted(list, draw)).toBe(index)
  })
})
