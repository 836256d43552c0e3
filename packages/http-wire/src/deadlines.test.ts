import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Deadlines, type Expiring } from './deadlines.ts'

const sweepMs = 100

class Entry implements Expiring {
  expiries = 0
  deadlineAt: number
  readonly #onExpiry: () => void

  constructor(deadlineAt: number, onExpiry: () => void = () => {}) {
    this.deadlineAt = deadlineAt
    this.#onExpiry = onExpiry
  }

  expired(): void {
    this.expiries++
    this.#onExpiry()
  }
}

let clock = 0
const deadlines = (): Deadlines => new Deadlines({ sweepMs, now: () => clock })

beforeEach(() => {
  clock = 1000
  vi.useFakeTimers()
})

afterEach(() => {
  vi.useRealTimers()
})

describe('Deadlines', () => {
  it('tells an entry at most two sweeps after its moment, and never before it', () => {
    const all = deadlines()
    const entry = new Entry(1500)
    all.add(entry)
    for (clock = 1000; clock < 1500; clock += 10) all.sweep()
    expect(entry.expiries).toBe(0)
    clock = 1500 + 2 * sweepMs
    all.sweep()
    expect(entry.expiries).toBe(1)
  })

  it('is not early with a moment that was made from its own clock just before a sweep', () => {
    const all = deadlines()
    all.add(new Entry(Infinity))
    clock = 1099
    const entry = new Entry(all.now() + 50)
    all.add(entry)
    clock = 1148
    all.sweep()
    expect(entry.expiries).toBe(0)
  })

  it('tells again with every sweep until the moment is later', () => {
    const all = deadlines()
    const entry = new Entry(1000)
    all.add(entry)
    clock = 2000
    all.sweep()
    all.sweep()
    expect(entry.expiries).toBe(2)
    entry.deadlineAt = 3000
    all.sweep()
    expect(entry.expiries).toBe(2)
  })

  it('never tells an entry that awaits nothing', () => {
    const all = deadlines()
    const entry = new Entry(Infinity)
    all.add(entry)
    clock = Number.MAX_SAFE_INTEGER
    all.sweep()
    expect(entry.expiries).toBe(0)
  })

  it('forgets an entry, even one that is deleted by another in the same sweep', () => {
    const all = deadlines()
    const second = new Entry(1000)
    const first = new Entry(1000, () => all.delete(second))
    all.add(first)
    all.add(second)
    clock = 2000
    all.sweep()
    expect([first.expiries, second.expiries]).toEqual([1, 0])
  })

  it('ends the sweep when entries delete themselves and add others that have passed too', () => {
    const all = deadlines()
    const later = new Entry(Infinity)
    const entry: Entry = new Entry(1000, () => {
      all.delete(entry)
      all.add(later)
    })
    all.add(entry)
    clock = 2000
    all.sweep()
    all.sweep()
    expect([entry.expiries, later.expiries]).toEqual([1, 0])
  })

  it('has one timer while it has entries, and none without', () => {
    const all = deadlines()
    const [first, second] = [new Entry(Infinity), new Entry(Infinity)]
    all.add(first)
    all.add(second)
    expect(vi.getTimerCount()).toBe(1)
    all.delete(first)
    expect(vi.getTimerCount()).toBe(1)
    all.delete(second)
    all.delete(second)
    expect(vi.getTimerCount()).toBe(0)
    all.add(first)
    expect(vi.getTimerCount()).toBe(1)
    all.delete(first)
  })

  it('sweeps by its timer', () => {
    const all = deadlines()
    const entry = new Entry(1000)
    all.add(entry)
    clock = 2000
    vi.advanceTimersByTime(sweepMs)
    expect(entry.expiries).toBe(1)
    vi.advanceTimersByTime(3 * sweepMs)
    expect(entry.expiries).toBe(4)
    all.delete(entry)
  })

  it('knows the moment of the last sweep while it has entries, and the present one otherwise', () => {
    const all = deadlines()
    const entry = new Entry(Infinity)
    all.add(entry)
    clock = 1050
    expect(all.now()).toBe(1000)
    all.sweep()
    expect(all.now()).toBe(1050)
    all.delete(entry)
    clock = 1070
    expect(all.now()).toBe(1070)
    all.add(entry)
    clock = 1090
    expect(all.now()).toBe(1070)
    all.delete(entry)
  })
})
