import { describe, expect, it } from 'vitest'
import type { SourceProblem } from './object-source.ts'
import { objectMaps } from './object-maps.ts'
import { type SnapshotPublisher, snapshotPublisher } from './snapshot-publisher.ts'

interface Bench {
  readonly publisher: SnapshotPublisher
  readonly published: SourceProblem[][]
  readonly told: string[]
  /** What the next snapshots say is wrong. */
  problems: readonly SourceProblem[]
  /** Ends the interval that was scheduled. */
  pass(): void
}

function bench(listen: () => void = () => undefined): Bench {
  let due: (() => void) | undefined
  const published: SourceProblem[][] = []
  const told: string[] = []
  const state: Bench = {
    published,
    told,
    problems: [],
    pass: () => {
      const run = due
      due = undefined
      run?.()
    },
    publisher: snapshotPublisher({
      publishIntervalMs: 50,
      schedule: (_delayMs, run) => {
        due = run
        return () => {
          due = undefined
        }
      },
      onProblem: problem => told.push(problem.message),
      build: extra => ({
        objects: objectMaps(() => new Map()),
        problems: [...state.problems, ...extra],
        fileOf: () => undefined,
      }),
    }),
  }
  state.publisher.open(snapshot => {
    published.push([...snapshot.problems])
    listen()
  })
  state.pass()
  return state
}

const problem = (message: string): SourceProblem => ({ severity: 'error', reason: 'WatchFailed', message })

describe('snapshotPublisher', () => {
  it('publishes the first change of a quiet period at once, and a burst after it as one', () => {
    const { publisher, published, pass } = bench()
    for (let change = 0; change < 100; change += 1) publisher.changed()
    expect(published).toHaveLength(1)
    pass()
    expect(published).toHaveLength(2)
    pass()
    pass()
    expect(published).toHaveLength(2)
    publisher.changed()
    expect(published).toHaveLength(3)
  })

  it('tells of a problem when it appears, and again when it comes back', () => {
    const at = bench()
    const states = [[problem('a')], [problem('a'), problem('b')], [problem('b')], [problem('a')]]
    for (const problems of states) {
      at.problems = problems
      at.publisher.changed()
      at.pass()
    }
    expect(at.told).toEqual(['a', 'b', 'a'])
  })

  it('puts a listener that threw into the next snapshot, until it gets through', () => {
    let failing = true
    const at = bench(() => {
      if (failing) throw new Error('full')
    })
    const change = (): void => {
      at.publisher.changed()
      at.pass()
    }
    change()
    failing = false
    change()
    change()
    expect(at.published.map(problems => problems.map(({ reason }) => reason))).toEqual([[], ['ListenerFailed'], []])
    expect(at.told).toHaveLength(1)
    expect(at.told[0]).toContain('full')
  })

  it('publishes nothing after it was closed, not even what was waiting', () => {
    const { publisher, published, pass } = bench()
    publisher.changed()
    publisher.changed()
    publisher.close()
    pass()
    publisher.changed()
    expect(published).toHaveLength(1)
  })
})
