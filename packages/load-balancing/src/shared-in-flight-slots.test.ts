import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import '../test/seed.ts'
import { sharedInFlight, type SharedInFlight, type SlotChange } from './shared-in-flight.ts'
import { sharedInFlightSlots } from './shared-in-flight-slots.ts'

const slotsOf = (change: SlotChange | undefined): Readonly<Record<string, number>> =>
  Object.fromEntries(change?.assigned ?? [])

describe('sharedInFlightSlots', () => {
  it('says nothing when the keys are the same, in whatever order', () => {
    const slots = sharedInFlightSlots({ threads: 1 })
    slots.assign(['a', 'b'], { revision: 1, seenByAll: 0 })
    expect(slots.assign(['b', 'a', 'b'], { revision: 2, seenByAll: 1 })).toBeUndefined()
  })

  it('adds pages as keys come, each of the size that was expected', () => {
    const slots = sharedInFlightSlots({ threads: 3, expectedKeys: 20 })
    const keys = Array.from({ length: 70 }, (_, index) => `k${index}`)
    const change = slots.assign(keys, { revision: 1, seenByAll: 0 })
    expect(slots.memory.slotsPerPage).toBe(32)
    expect(change?.pages.map(page => page.byteLength)).toEqual([384, 384, 384])
    expect(new Set(Object.values(slotsOf(change))).size).toBe(70)
  })

  it('gives a slot to another key only when every thread knows that it was retired', () => {
    const slots = sharedInFlightSlots({ threads: 1 })
    const before = slotsOf(slots.assign(['a'], { revision: 1, seenByAll: 0 }))
    slots.assign([], { revision: 2, seenByAll: 1 })
    expect(slotsOf(slots.assign(['b'], { revision: 3, seenByAll: 1 }))['b']).not.toBe(before['a'])
    expect(slotsOf(slots.assign(['b', 'c'], { revision: 4, seenByAll: 2 }))['c']).toBe(before['a'])
  })

  it('gives a slot to another key only when no thread counts a request there', () => {
    const slots = sharedInFlightSlots({ threads: 2 })
    const first = slots.assign(['a'], { revision: 1, seenByAll: 0 })
    const thread = sharedInFlight(slots.memory, 1)
    if (first !== undefined) thread.apply(first)
    thread.started('a')
    const retired = slots.assign([], { revision: 2, seenByAll: 1 })
    if (retired !== undefined) thread.apply(retired)
    expect(slotsOf(slots.assign(['b'], { revision: 3, seenByAll: 2 }))['b']).not.toBe(slotsOf(first)['a'])
    thread.finished('a')
    expect(slotsOf(slots.assign(['b', 'c'], { revision: 4, seenByAll: 3 }))['c']).toBe(slotsOf(first)['a'])
  })

  it('gives a key that returns the slot that still has its requests', () => {
    const slots = sharedInFlightSlots({ threads: 2 })
    const threads = [sharedInFlight(slots.memory, 0), sharedInFlight(slots.memory, 1)] as const
    const assign = (keys: readonly string[], revision: number): void => {
      const change = slots.assign(keys, { revision, seenByAll: revision - 1 })
      if (change !== undefined) for (const thread of threads) thread.apply(change)
    }
    assign(['a'], 1)
    threads[1].started('a')
    assign([], 2)
    threads[1].started('a') // a request that began before the change tries once more
    assign(['a'], 3)
    expect(threads[0].count('a')).toBe(1)
    expect(threads[1].count('a')).toBe(2)
    threads[1].finished('a')
    threads[1].finished('a')
    expect(threads.map(thread => thread.count('a'))).toEqual([0, 0])
  })

  it('lets a thread go of a retired slot with its last request there, so that it never touches the next key', () => {
    const slots = sharedInFlightSlots({ threads: 1 })
    const thread = sharedInFlight(slots.memory, 0)
    const assign = (keys: readonly string[], revision: number): void => {
      const change = slots.assign(keys, { revision, seenByAll: revision - 1 })
      if (change !== undefined) thread.apply(change)
    }
    assign(['a'], 1)
    thread.started('a')
    assign([], 2)
    thread.finished('a')
    assign(['b'], 3)
    thread.started('b')
    thread.finished('a')
    expect([thread.count('a'), thread.count('b')]).toEqual([0, 1])
  })

  it('takes off what a thread counted that ended, and nothing else', () => {
    const slots = sharedInFlightSlots({ threads: 3 })
    const threads = [0, 1, 2].map(thread => sharedInFlight(slots.memory, thread))
    const change = slots.assign(['a', 'b'], { revision: 1, seenByAll: 0 })
    for (const thread of threads) if (change !== undefined) thread.apply(change)
    for (const thread of [1, 1, 2]) threads[thread]?.started('a')
    threads[1]?.started('b')
    const seen = threads[0]?.changeCount() ?? 0
    slots.clear(1)
    expect(['a', 'b'].map(key => threads[0]?.count(key))).toEqual([1, 0])
    // Whoever follows the journal learns that all counts are to be read again.
    expect(threads[0]?.changeCount()).toBeGreaterThan(seen)
    expect(threads[0]?.changedKey(seen)).toBeUndefined()
  })

  it('keeps every count right over any mix of requests, changes of keys, late threads and ended ones', () => {
    const names = ['a', 'b', 'c']
    const step = fc.oneof(
      { weight: 4, arbitrary: fc.record({ kind: fc.constant('began' as const), thread: fc.nat(2), key: fc.nat(2) }) },
      { weight: 4, arbitrary: fc.record({ kind: fc.constant('ended' as const), thread: fc.nat(2), key: fc.nat(2) }) },
      { weight: 3, arbitrary: fc.record({ kind: fc.constant('keys' as const), keys: fc.subarray(names) }) },
      { weight: 4, arbitrary: fc.record({ kind: fc.constant('hears' as const), thread: fc.nat(2) }) },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant('replaced' as const), thread: fc.nat(2) }) },
    )
    fc.assert(
      fc.property(fc.array(step, { minLength: 20, maxLength: 150, size: 'max' }), script => {
        const slots = sharedInFlightSlots({ threads: 4 })
        const owner = sharedInFlight(slots.memory, 3)
        interface Thread {
          view: SharedInFlight
          seen: number
          unheard: (SlotChange | undefined)[]
          inFlight: Map<string, number>
        }
        let revision = 0
        const fresh = (thread: number): Thread => {
          const view = sharedInFlight(slots.memory, thread)
          view.apply(structuredClone(slots.whole()))
          return { view, seen: revision, unheard: [], inFlight: new Map() }
        }
        const threads = [fresh(0), fresh(1), fresh(2)]
        const hear = (thread: Thread): void => {
          for (const change of thread.unheard.splice(0)) {
            if (change !== undefined) thread.view.apply(change)
            thread.seen += 1
          }
        }
        for (const action of script) {
          if (action.kind === 'keys') {
            revision += 1
            const seenByAll = Math.min(...threads.map(({ seen }) => seen))
            const change = slots.assign(action.keys, { revision, seenByAll })
            if (change !== undefined) owner.apply(change)
            for (const thread of threads) thread.unheard.push(change && structuredClone(change))
            continue
          }
          const thread = threads[action.thread]
          if (thread === undefined) continue
          if (action.kind === 'hears') hear(thread)
          else if (action.kind === 'replaced') {
            slots.clear(action.thread)
            threads[action.thread] = fresh(action.thread)
          } else {
            const key = names[action.key] ?? ''
            const count = thread.inFlight.get(key) ?? 0
            thread.inFlight.set(key, action.kind === 'began' ? count + 1 : Math.max(0, count - 1))
            if (action.kind === 'began') thread.view.started(key)
            else thread.view.finished(key)
          }
        }
        for (const thread of threads) hear(thread)
        const inFlight = (key: string): number =>
          threads.reduce((sum, thread) => sum + (thread.inFlight.get(key) ?? 0), 0)
        for (const key of names) expect(owner.count(key)).toBeLessThanOrEqual(inFlight(key))
        // End everything: no count may be left anywhere, nor have been taken from another key.
        for (const [index, thread] of threads.entries()) {
          for (const [key, count] of thread.inFlight) {
            expect(thread.view.count(key), `thread ${index} sees its own ${key}`).toBeGreaterThanOrEqual(count)
            for (let request = 0; request < count; request += 1) thread.view.finished(key)
          }
        }
        for (const { view } of [...threads, { view: owner }]) for (const key of names) expect(view.count(key)).toBe(0)
      }),
      { numRuns: 1000 },
    )
  })
})
