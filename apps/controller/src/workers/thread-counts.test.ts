import { expect, it } from 'vitest'
import { SharedCounts, type CountsChange } from './shared-counts.ts'
import { ThreadCounts } from './thread-counts.ts'

/** What a thread is told when a name is counted, is counted no more, and is counted again. */
function comesBack(): readonly (readonly CountsChange[])[] {
  const shared = new SharedCounts(2)
  const none = new Map<string, { readonly keys: readonly { readonly key: string }[] }>()
  const one = (): typeof none => {
    shared.countsOf('web', 1)
    return new Map([['web', { keys: [{ key: '10.0.0.1:80' }] }]])
  }
  return [one, () => none, one].map((counted, index) =>
    shared.publish(counted(), { revision: index + 1, seenByAll: index }),
  )
}

it('tells that a name begins anew while snapshots may hold the counts that ended', () => {
  const counts = new ThreadCounts(1)
  const [begin = [], end = [], again = []] = comesBack()
  expect(counts.beginsAnew(begin)).toBe(false)
  counts.apply(begin)
  const before = counts.countsOf('web')
  counts.apply(end)
  expect(counts.beginsAnew(again)).toBe(true)
  counts.apply(again)
  expect(counts.countsOf('web')).not.toBe(before)
})

it('tells nothing of the kind once the snapshot without the name is live', () => {
  const counts = new ThreadCounts(1)
  const [begin = [], end = [], again = []] = comesBack()
  counts.apply(begin)
  counts.apply(end)
  counts.allLive()
  expect(counts.beginsAnew(again)).toBe(false)
})
