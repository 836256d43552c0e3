import { describe, expect, it } from 'vitest'
import { concurrencyGate } from './concurrency-gate.ts'

describe('concurrencyGate', () => {
  it('runs so many tasks at a time, in their order, also when some fail', async () => {
    const gate = concurrencyGate(2)
    const started: number[] = []
    const ends: (() => void)[] = []
    const task = (id: number) => (): Promise<number> => {
      started.push(id)
      return new Promise((resolve, reject) => {
        ends.push(() => (id % 2 === 0 ? resolve(id) : reject(new Error(String(id)))))
      })
    }
    const results = Promise.allSettled([0, 1, 2, 3, 4].map(id => gate(task(id))))
    expect(started).toEqual([0, 1])
    for (let id = 0; id < 5; id += 1) {
      ends[id]?.()
      await new Promise(resolve => setImmediate(resolve))
      expect(started.length).toBe(Math.min(id + 3, 5))
    }
    expect((await results).map(({ status }) => status === 'fulfilled')).toEqual([true, false, true, false, true])
    expect(started).toEqual([0, 1, 2, 3, 4])
  })
})
