import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { shareUnchanged } from './share-unchanged.ts'

it('keeps the very parts that say the same', () => {
  const previous = { spec: { ports: [1, 2] }, endpoints: [{ address: 'a' }, { address: 'b' }], version: '1' }
  const next = shareUnchanged(previous, {
    spec: { ports: [1, 2] },
    endpoints: [{ address: 'a' }, { address: 'c' }],
    version: '2',
  })
  expect(next).toEqual({ spec: { ports: [1, 2] }, endpoints: [{ address: 'a' }, { address: 'c' }], version: '2' })
  expect(next.spec).toBe(previous.spec)
  expect(next.endpoints[0]).toBe(previous.endpoints[0])
  expect(next.endpoints).not.toBe(previous.endpoints)
})

it('is the old object when everything says the same', () => {
  fc.assert(
    fc.property(fc.jsonValue(), value => {
      const previous: unknown = structuredClone(value)
      const next: unknown = structuredClone(value)
      const isComposed = typeof next === 'object' && next !== null
      if (isComposed) expect(shareUnchanged(previous, next)).toBe(previous)
      else expect(shareUnchanged(previous, next)).toBe(next)
    }),
  )
})

it('says what the new object says, whatever the old one was, and leaves the old one as it is', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (before, after) => {
      const previous: unknown = structuredClone(before)
      expect(shareUnchanged(previous, structuredClone(after))).toEqual(after)
      expect(previous).toEqual(before)
    }),
    { numRuns: 500 },
  )
})

it('survives objects nested deeper than anything of Kubernetes', () => {
  const deep = (): unknown => JSON.parse(`${'['.repeat(5000)}${']'.repeat(5000)}`)
  expect(Array.isArray(shareUnchanged(deep(), deep()))).toBe(true)
})
