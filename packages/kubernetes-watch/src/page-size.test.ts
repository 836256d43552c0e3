import { describe, expect, it } from 'vitest'
import { nextPageSize } from './page-size.ts'

describe('nextPageSize', () => {
  it.each([
    ['small objects', 100, 90_000, 500],
    ['objects of 30 kB', 100, 3_000_000, 34],
    ['objects larger than a page', 1, 5_000_000, 1],
    ['no objects', 0, 200, 10],
  ])('makes pages of about 1 MiB of %s', (_, objects, bytes, expected) => {
    expect(nextPageSize(objects, bytes)).toBe(expected)
  })
})
