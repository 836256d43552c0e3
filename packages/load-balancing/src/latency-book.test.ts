import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { seeded } from '../test/seed.ts'
import type { Completion } from './balancer.ts'
import { type LatencyBook, latencyBook } from './latency-book.ts'

const decayMs = 10_000
const failure: Completion = { outcome: 'failure' }
const success = (latencyMs: number): Completion => ({ outcome: 'success', latencyMs })

/** A book with a clock that the test sets, over these keys. */
const bookOf = (...keys: readonly string[]) => {
  const clock = { nowMs: 0 }
  const book = latencyBook(decayMs, () => clock.nowMs)
  book.recordsOf(keys, new Set(keys))
  return { book, clock, read: (key: string): number => latencyOf(book, keys, key) }
}

const latencyOf = (book: LatencyBook, members: readonly string[], key: string): number => {
  const [record] = book.recordsOf([key], new Set(members))
  return record === undefined ? Number.NaN : book.latencyMs(record)
}

describe(seeded('latencyBook'), () => {
  it('takes a peak over at once and falls to what follows with time', () => {
    const { book, clock, read } = bookOf('a')
    book.report('a', success(10))
    expect(read('a')).toBe(10)
    book.report('a', success(100))
    expect(read('a')).toBe(100)
    clock.nowMs = decayMs / 10
    book.report('a', success(10))
    expect(read('a')).toBeCloseTo(10 + 90 * Math.exp(-0.1))
  })

  it('decays by 1/e in the decay time, and not below 0.01 ms', () => {
    const { book, clock, read } = bookOf('a')
    book.report('a', success(100))
    clock.nowMs = decayMs
    expect(read('a')).toBeCloseTo(100 / Math.E)
    clock.nowMs = 1e9
    expect(read('a')).toBe(0.01)
  })

  it('knows nothing until something is measured, and starts who joins later at the mean of the members', () => {
    const { book, read } = bookOf('a', 'b', 'gone')
    expect(read('a')).toBe(0)
    book.report('a', success(10))
    book.report('b', success(30))
    book.report('gone', success(1_000))
    const members = ['a', 'b', 'joiner']
    expect(latencyOf(book, members, 'joiner')).toBe(20)
  })

  it('replaces what an endpoint started with by its first measurement', () => {
    const { book } = bookOf('a')
    book.report('a', success(100))
    const members = ['a', 'joiner']
    expect(latencyOf(book, members, 'joiner')).toBe(100)
    book.report('joiner', success(5))
    expect(latencyOf(book, members, 'joiner')).toBe(5)
  })

  it('forgets an endpoint that leaves, also what is reported of it afterwards', () => {
    const { book } = bookOf('a', 'b')
    book.report('a', success(1_000))
    book.report('b', success(10))
    book.recordsOf(['b'], new Set(['b']))
    book.report('a', success(2_000))
    expect(latencyOf(book, ['a', 'b'], 'a')).toBe(10)
  })

  it('keeps what it knows of a member that is not asked for', () => {
    const { book } = bookOf('drained', 'b')
    book.report('drained', success(70))
    book.recordsOf(['b'], new Set(['drained', 'b']))
    expect(latencyOf(book, ['drained', 'b'], 'drained')).toBe(70)
  })

  it('takes a quick answer of status 500 or more for a failure, and one of 404 for what it took', () => {
    const { book, read } = bookOf('a', 'b')
    book.report('a', { ...success(1), status: 503 })
    book.report('b', { ...success(1), status: 404 })
    expect([read('a'), read('b')]).toEqual([5_000, 1])
  })

  it('counts a failure without a measurement as at least 5 s, by the time that passed', () => {
    const { book, clock, read } = bookOf('a', 'never-answered')
    book.report('a', success(10))
    clock.nowMs = decayMs
    book.report('a', failure)
    expect(read('a')).toBeCloseTo(10 / Math.E + 5_000 * (1 - 1 / Math.E))
    book.report('never-answered', failure)
    expect(read('never-answered')).toBe(5_000)
    book.report('never-answered', success(20))
    expect(read('never-answered')).toBe(20)
  })

  it('counts a failure as no faster than the average of a slow endpoint', () => {
    const { book, clock, read } = bookOf('a')
    book.report('a', success(20_000))
    clock.nowMs = decayMs
    book.report('a', failure)
    expect(read('a')).toBeCloseTo(20_000)
  })

  it('learns from an aborted attempt only what was measured', () => {
    const { book, read } = bookOf('a')
    book.report('a', { outcome: 'aborted' })
    expect(read('a')).toBe(0)
    book.report('a', { outcome: 'aborted', latencyMs: 40 })
    book.report('a', { outcome: 'aborted' })
    book.report('a', { outcome: 'success' })
    expect(read('a')).toBe(40)
  })

  it('goes on from where the clock went back to', () => {
    const { book, clock, read } = bookOf('a')
    clock.nowMs = 1e12
    book.report('a', success(100))
    clock.nowMs = 0
    expect(read('a')).toBe(100)
    clock.nowMs = decayMs
    expect(read('a')).toBeCloseTo(100 / Math.E)
  })

  it('never gives NaN, Infinity or more than about an hour, and no failure makes an endpoint look faster', () => {
    const completion = fc.record(
      { outcome: fc.constantFrom('success', 'failure', 'aborted'), latencyMs: fc.double() },
      { requiredKeys: ['outcome'] },
    )
    const steps = fc.array(
      fc.record({ key: fc.constantFrom('a', 'b'), nowMs: fc.oneof(fc.double(), fc.nat(100_000)), completion }),
    )
    fc.assert(
      fc.property(steps, script => {
        const { book, clock, read } = bookOf('a', 'b')
        for (const { key, nowMs, completion } of script) {
          clock.nowMs = nowMs
          const before = read(key)
          book.report(key, completion)
          const after = read(key)
          expect(after).toBeGreaterThanOrEqual(completion.outcome === 'failure' ? before : 0)
          expect(after).toBeLessThan(3_600_001)
        }
      }),
      { numRuns: 500 },
    )
  })
})
