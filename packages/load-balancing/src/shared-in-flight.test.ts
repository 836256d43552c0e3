import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import '../test/seed.ts'
import { leastConn } from './least-conn.ts'
import { LoadBalancingError } from './load-balancing-error.ts'
import { sharedInFlight, type SharedInFlight } from './shared-in-flight.ts'
import { sharedInFlightSlots } from './shared-in-flight-slots.ts'

const keys = ['a', 'b', 'c', 'd']

/** Threads that count in the same memory, played by one. */
const threadsOver = (assigned: readonly string[]): readonly [SharedInFlight, SharedInFlight, SharedInFlight] => {
  const slots = sharedInFlightSlots({ threads: 3 })
  const change = slots.assign(assigned, { revision: 1, seenByAll: 0 })
  const view = (thread: number): SharedInFlight => {
    const made = sharedInFlight(slots.memory, thread)
    if (change !== undefined) made.apply(structuredClone(change))
    return made
  }
  return [view(0), view(1), view(2)]
}

/** Starts and ends of requests in some thread, of keys with and without a slot. */
const steps = fc.array(
  fc.record({ thread: fc.nat(2), key: fc.constantFrom(...keys, 'without-slot'), began: fc.boolean() }),
  { maxLength: 200 },
)

describe('sharedInFlight', () => {
  it('counts what every thread began and did not end, and no thread ends what another one began', () => {
    fc.assert(
      fc.property(steps, script => {
        const threads = threadsOver(keys)
        const tally = new Map<string, number>()
        for (const { thread, key, began } of script) {
          const own = `${thread} ${key}`
          tally.set(own, began ? (tally.get(own) ?? 0) + 1 : Math.max(0, (tally.get(own) ?? 0) - 1))
          if (began) threads[thread]?.started(key)
          else threads[thread]?.finished(key)
        }
        for (const view of threads) {
          const read = view.reader(keys)
          expect(keys.map((_key, index) => read(index))).toEqual(keys.map(key => view.count(key)))
        }
        for (const key of keys) {
          const all = [0, 1, 2].reduce((sum, thread) => sum + (tally.get(`${thread} ${key}`) ?? 0), 0)
          expect(threads.map(view => view.count(key))).toEqual([all, all, all])
        }
        const without = [0, 1, 2].map(thread => tally.get(`${thread} without-slot`) ?? 0)
        expect(threads.map(view => view.count('without-slot'))).toEqual(without)
      }),
    )
  })

  it('tells every thread the keys of the last 128 changes, whichever thread made them', () => {
    const [one, other, reader] = threadsOver(keys)
    const began = reader.changeCount()
    for (let change = 0; change < 200; change += 1) (change % 3 === 0 ? one : other).started(keys[change % 4] ?? '')
    expect(reader.changeCount()).toBe(began + 200)
    for (let change = 200 - 128; change < 200; change += 1)
      expect(reader.changedKey(began + change)).toBe(keys[change % 4])
    expect(reader.changedKey(began + 200 - 129)).toBeUndefined()
    expect(reader.changedKey(began + 200)).toBeUndefined()
  })

  it('has no key for a change of a key without a slot, so that readers re-read every count', () => {
    const [one, other] = threadsOver(['a'])
    const began = other.changeCount()
    one.started('stray')
    expect(other.changeCount()).toBe(began + 1)
    expect(other.changedKey(began)).toBeUndefined()
  })

  it('has no key for a change that was announced and is not written yet', () => {
    const slots = sharedInFlightSlots({ threads: 1 })
    const view = sharedInFlight(slots.memory, 0)
    view.apply(slots.whole())
    view.apply(slots.assign(['a'], { revision: 1, seenByAll: 0 }) ?? slots.whole())
    for (let change = 0; change < 300; change += 1) view.started('a')
    Atomics.add(new Int32Array(slots.memory.journal), 0, 1)
    expect(view.changeCount()).toBe(301)
    expect(view.changedKey(300)).toBeUndefined()
    expect(view.changedKey(299)).toBe('a')
  })

  it('goes on counting changes when the shared counter wraps around', () => {
    const slots = sharedInFlightSlots({ threads: 1 })
    const view = sharedInFlight(slots.memory, 0)
    view.apply(slots.assign(['a'], { revision: 1, seenByAll: 0 }) ?? slots.whole())
    const counter = new Int32Array(slots.memory.journal)
    for (const reached of [2 ** 31 - 1, -5]) {
      Atomics.store(counter, 0, reached)
      view.changeCount()
    }
    for (let change = 0; change < 20; change += 1) view.started('a')
    expect(view.changeCount()).toBe(2 ** 32 + 15)
    expect(view.changedKey(2 ** 32 + 14)).toBe('a')
    expect(view.changedKey(2 ** 32 - 5)).toBe('a')
  })

  it('refuses a thread that there is none of', () => {
    const { memory } = sharedInFlightSlots({ threads: 2 })
    for (const thread of [-1, 2, 0.5, Number.NaN])
      expect(() => sharedInFlight(memory, thread)).toThrow(LoadBalancingError)
  })
})

describe('leastConn over counts of several threads', () => {
  it('never picks an endpoint with more in flight over all threads than another one', () => {
    const scripts = fc.array(
      fc.record({
        thread: fc.nat(2),
        key: fc.constantFrom(...keys),
        change: fc.constantFrom('began', 'ended', 'picks'),
      }),
      { maxLength: 400 },
    )
    fc.assert(
      fc.property(scripts, script => {
        const threads = threadsOver(keys).map(inFlight => ({
          inFlight,
          balancer: leastConn(
            keys.map(key => ({ key })),
            { inFlight },
          ),
        }))
        for (const { thread, key, change } of script) {
          const { inFlight, balancer } = threads[thread] ?? {}
          if (change === 'began') balancer?.started({ key })
          else if (change === 'ended') balancer?.finished({ key }, { outcome: 'success' })
          else {
            const picked = balancer?.pick({})
            if (picked?.kind !== 'picked') throw new Error('nothing was picked')
            const counts = keys.map(each => inFlight?.count(each) ?? 0)
            expect(inFlight?.count(picked.endpoint.key)).toBe(Math.min(...counts))
          }
        }
      }),
    )
  })

  it('keeps that promise when a thread fell behind further than the journal reaches', () => {
    const [one, other] = threadsOver(['a', 'b'])
    const balancer = leastConn([{ key: 'a' }, { key: 'b' }], { inFlight: one })
    balancer.pick({})
    for (let request = 0; request < 1000; request += 1) other.started('a')
    const picks = [balancer.pick({}), balancer.pick({})].map(result => result.kind === 'picked' && result.endpoint.key)
    expect(picks).toEqual(['b', 'b'])
  })
})
