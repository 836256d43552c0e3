import { expect, it } from 'vitest'
import { atOnce, BuildInTurns } from './build-in-turns.ts'

/** Builds that take the given number of steps of a millisecond each, and what happens, in order. */
function world(options: { readonly fails?: string } = {}) {
  const log: string[] = []
  const deferred: (() => void)[] = []
  let nowMs = 0
  const builds = new BuildInTurns<{ readonly name: string; readonly steps: number }, string>({
    *steps({ name, steps }) {
      for (let step = 1; step <= steps; step++) {
        nowMs += 1
        log.push(`${name} ${step}`)
        if (name === options.fails) throw new Error('no')
        yield
      }
      return name
    },
    done: name => log.push(`${name} done`),
    failed: error => log.push(`failed: ${error instanceof Error ? error.message : ''}`),
    budgetMs: 2,
    now: () => nowMs,
    defer: run => deferred.push(run),
  })
  return { builds, log, turn: () => deferred.shift()?.(), waiting: () => deferred.length }
}

it('finishes a small build at once', () => {
  const { builds, log, waiting } = world()
  builds.want({ name: 'a', steps: 1 })
  expect(log).toEqual(['a 1', 'a done'])
  expect(waiting()).toBe(0)
})

it('leaves the rest of a long build to later turns', () => {
  const { builds, log, turn } = world()
  builds.want({ name: 'a', steps: 5 })
  expect(log).toEqual(['a 1', 'a 2'])
  turn()
  expect(log).toEqual(['a 1', 'a 2', 'a 3', 'a 4'])
  turn()
  expect(log.slice(4)).toEqual(['a 5', 'a done'])
})

it('finishes what it began and then takes the latest input only', () => {
  const { builds, log, turn, waiting } = world()
  builds.want({ name: 'a', steps: 3 })
  builds.want({ name: 'b', steps: 1 })
  builds.want({ name: 'c', steps: 1 })
  while (waiting() > 0) turn()
  expect(log).toEqual(['a 1', 'a 2', 'a 3', 'a done', 'c 1', 'c done'])
})

it('goes on with the next input after a build that threw', () => {
  const { builds, log } = world({ fails: 'bad' })
  builds.want({ name: 'bad', steps: 1 })
  builds.want({ name: 'good', steps: 1 })
  expect(log).toEqual(['bad 1', 'failed: no', 'good 1', 'good done'])
})

it('runs a build to its end where nobody waits', () => {
  const steps = (function* () {
    yield
    yield
    return 'all'
  })()
  expect(atOnce(steps)).toBe('all')
})

it('finishes at once what was begun and what waits, and begins nothing twice', () => {
  const { builds, log, turn, waiting } = world()
  builds.want({ name: 'a', steps: 5 })
  builds.want({ name: 'b', steps: 3 })
  expect(builds.isIdle).toBe(false)
  builds.finish()
  expect(log.slice(2)).toEqual(['a 3', 'a 4', 'a 5', 'a done', 'b 1', 'b 2', 'b 3', 'b done'])
  expect(builds.isIdle).toBe(true)
  while (waiting() > 0) turn()
  expect(log).toHaveLength(10)
})
