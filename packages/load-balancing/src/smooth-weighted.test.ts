import { describe, expect, it } from 'vitest'
import { smoothWeighted } from './smooth-weighted.ts'

describe('smoothWeighted', () => {
  it('lets newcomers stand where the endpoints that stay stand on average', () => {
    const lags = new Map([
      ['a', 0.75],
      ['b', 0.25],
    ])
    const taken = smoothWeighted(['a', 'new', 'b'], [1, 2, 1], lags).lags()
    expect(Object.fromEntries(taken)).toEqual({ a: 0.25, new: 0, b: -0.25 })
  })

  it('holds what it takes over within one pick either way', () => {
    const lags = new Map([
      ['a', 40],
      ['b', -40],
    ])
    const taken = smoothWeighted(['a', 'b'], [3, 1], lags).lags()
    expect(Object.fromEntries(taken)).toEqual({ a: 1, b: -1 })
  })

  it('finds nobody in the empty set or when all are excluded, and takes no turn then', () => {
    expect(smoothWeighted([], [], new Map()).next(undefined)).toBeUndefined()
    const turns = smoothWeighted(['a', 'b'], [3, 1], new Map())
    expect(turns.next(new Set(['a', 'b']))).toBeUndefined()
    expect([...turns.lags().values()]).toEqual([0, 0])
  })
})
