import { describe, expect, it } from 'vitest'
import { backoff } from './backoff.ts'

describe('backoff', () => {
  it('doubles from 0.8 s, ends at 30 s, and begins anew after a reset', () => {
    const least = backoff(() => 0)
    expect(Array.from({ length: 7 }, () => least.next())).toEqual([800, 1600, 3200, 6400, 12_800, 20_000, 20_000])
    const most = backoff(() => 1)
    expect(Array.from({ length: 7 }, () => most.next()).at(-1)).toBe(30_000)
    expect(most.next(6000)).toBe(6000)
    expect(most.next()).toBe(30_000)
    most.reset()
    expect(most.next()).toBe(1200)
  })
})
