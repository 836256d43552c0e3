import { expect, it } from 'vitest'
import { type CountedKeys, SharedCounts } from './shared-counts.ts'

const counted = (...names: readonly string[]): CountedKeys =>
  new Map(names.map(name => [name, { keys: [{ key: '10.0.0.1:80' }] }]))
const revisions = { revision: 1, seenByAll: 0 }

/** What a publication tells the threads, without the memory. */
function told(counts: SharedCounts, names: CountedKeys): readonly string[] {
  return counts.publish(names, revisions).map(({ kind, name }) => `${kind} ${name}`)
}

it('keep what a snapshot asked for that is built while the one before is published', () => {
  const counts = new SharedCounts(2)
  counts.countsOf('web', 1)
  const view = counts.countsOf('api', 1)
  expect(told(counts, counted('web'))).toEqual(['begin web', 'slots web'])
  expect(counts.countsOf('api', 1)).toBe(view)
  expect(told(counts, counted('web', 'api'))).toEqual(['begin api', 'slots api'])
})

it('forget what was asked for by a snapshot that never came about', () => {
  const counts = new SharedCounts(2)
  const view = counts.countsOf('api', 1)
  told(counts, counted())
  told(counts, counted())
  expect(counts.whole()).toEqual([])
  expect(counts.countsOf('api', 1)).not.toBe(view)
})

it('forget at once what the threads know and nothing needs any more', () => {
  const counts = new SharedCounts(2)
  counts.countsOf('web', 1)
  told(counts, counted('web'))
  expect(told(counts, counted())).toEqual(['end web'])
})
