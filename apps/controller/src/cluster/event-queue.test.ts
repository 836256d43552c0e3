import { describe, expect, it } from 'vitest'
import { forDrawnCases } from '../../test/support/drawn-cases.ts'
import { problemOf } from '../../test/support/event-world.ts'
import { isObjectProblem, warningEvent } from './event-of-problem.ts'
import { eventQueue, type QueuedEvent } from './event-queue.ts'

const problem = problemOf()
if (!isObjectProblem(problem)) throw new Error('the problem of tests names an object')
const event = warningEvent(problem, { uid: 'uid-1', resourceVersion: '1', apiVersion: 'networking.k8s.io/v1' })

function item(key: string, changes: Partial<QueuedEvent> = {}): QueuedEvent {
  return { key, event, occurrences: 1, firstMs: 0, lastMs: 0, tries: 0, ...changes }
}

const any = (): boolean => true

describe('the queue of events', () => {
  it('gives the newest first and, when told, the newest that may be sent', () => {
    const queue = eventQueue(10, () => undefined)
    for (const key of ['a', 'b', 'c']) queue.add(item(key))
    expect(queue.take(({ key }) => key !== 'c')?.key).toBe('b')
    expect([queue.take(any)?.key, queue.take(any)?.key, queue.take(any)]).toEqual(['c', 'a', undefined])
  })

  it('makes one of what is the same, which is then the newest', () => {
    const queue = eventQueue(10, () => undefined)
    queue.add(item('a', { firstMs: 1, lastMs: 1, tries: 2 }))
    queue.add(item('b'))
    queue.add(item('a', { firstMs: 5, lastMs: 5 }))
    expect(queue.take(any)).toEqual(item('a', { occurrences: 2, firstMs: 1, lastMs: 5, tries: 2 }))
  })

  it('takes back what failed as the oldest, unless there is a newer one', () => {
    const queue = eventQueue(10, () => undefined)
    queue.add(item('b'))
    queue.putBack(item('a', { tries: 1 }))
    expect([queue.take(any)?.key, queue.take(any)?.key]).toEqual(['b', 'a'])
    queue.add(item('a', { firstMs: 9, lastMs: 9 }))
    queue.putBack(item('a', { tries: 1 }))
    expect(queue.take(any)).toEqual(item('a', { occurrences: 2, firstMs: 0, lastMs: 9, tries: 1 }))
  })

  it('never holds more than it may, gives up the oldest, and loses no occurrence without saying so', () => {
    forDrawnCases(draw => {
      const max = draw.integer(1, 8)
      const dropped: QueuedEvent[] = []
      const queue = eventQueue(max, lost => void dropped.push(lost))
      const added = draw.list(1, 60, () => `key ${draw.integer(0, 15)}`)
      for (const key of added) {
        queue.add(item(key))
        expect(queue.size()).toBeLessThanOrEqual(max)
      }
      const left: QueuedEvent[] = []
      for (let next = queue.take(any); next !== undefined; next = queue.take(any)) left.push(next)
      const newest = [...new Set([...added].reverse())].slice(0, max)
      expect(left.map(({ key }) => key)).toEqual(newest)
      const total = [...dropped, ...left].reduce((sum, { occurrences }) => sum + occurrences, 0)
      expect(total).toBe(added.length)
    })
  })
})
