import { describe, expect, it } from 'vitest'
import { type WorkTurns, workTurns } from './work-turns.ts'

interface Bench {
  readonly turns: WorkTurns
  /** Work of so many milliseconds, counted for the turn in which it is done. */
  work(ms: number): void
  /** Milliseconds of work in each turn of the event loop so far. */
  workOfTurns(): readonly number[]
  /** Lets the event loop go around. */
  goAround(): Promise<void>
}

function bench(budgetMs: number): Bench {
  let at = 0
  const spent = [0]
  let due: (() => void)[] = []
  return {
    turns: workTurns({ now: () => at, budgetMs, later: run => void due.push(run) }),
    work: ms => {
      at += ms
      spent[spent.length - 1] = (spent.at(-1) ?? 0) + ms
    },
    workOfTurns: () => spent,
    goAround: async () => {
      spent.push(0)
      const runs = due
      due = []
      for (const run of runs) run()
      // Whoever was woken works on in microtasks.
      for (let count = 0; count < 1000; count += 1) await Promise.resolve()
    },
  }
}

async function reader(at: Bench, { pieces, ms }: { readonly pieces: number; readonly ms: number }): Promise<void> {
  for (let piece = 0; piece < pieces; piece += 1) {
    const turn = at.turns.next()
    if (turn) await turn
    at.work(ms)
  }
}

describe('workTurns', () => {
  it('lets one reader work no longer than the budget and one piece in a turn', async () => {
    const at = bench(10)
    let isDone = false
    void reader(at, { pieces: 100, ms: 3 }).then(() => (isDone = true))
    while (!isDone) await at.goAround()
    expect(Math.max(...at.workOfTurns())).toBeLessThanOrEqual(12)
    expect(at.workOfTurns().reduce((a, b) => a + b)).toBe(300)
  })

  it('lets all readers together work no longer, however many there are, and none starve', async () => {
    const at = bench(10)
    const done: number[] = []
    for (let name = 0; name < 20; name += 1) {
      void reader(at, { pieces: 10, ms: 2 }).then(() => done.push(name))
    }
    for (let round = 0; round < 60; round += 1) await at.goAround()
    expect(done).toHaveLength(20)
    expect(Math.max(...at.workOfTurns())).toBeLessThanOrEqual(12)
  })

  it('does not wait while there is little to do', async () => {
    const at = bench(10)
    for (let round = 0; round < 50; round += 1) {
      expect(at.turns.next()).toBeUndefined()
      at.work(5)
      await at.goAround()
    }
  })
})
