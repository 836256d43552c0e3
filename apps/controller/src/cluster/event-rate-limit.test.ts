import { describe, expect, it } from 'vitest'
import { forDrawnCases } from '../../test/support/drawn-cases.ts'
import { problemOf } from '../../test/support/event-world.ts'
import { isObjectProblem, type ObjectEvent, resolvedEvent, warningEvent } from './event-of-problem.ts'
import { eventRateLimit } from './event-rate-limit.ts'
import { tokenBucket } from './event-token-bucket.ts'

function eventsOn(uid: string): { readonly warning: ObjectEvent; readonly resolved: ObjectEvent } {
  const problem = problemOf()
  if (!isObjectProblem(problem)) throw new Error('the problem of tests names an object')
  const target = { uid, resourceVersion: '1', apiVersion: 'networking.k8s.io/v1' }
  return { warning: warningEvent(problem, target), resolved: resolvedEvent(problem, target) }
}

describe('the limit of an object', () => {
  it('allows 25 at once, then one in five minutes', () => {
    const limit = eventRateLimit()
    const { warning } = eventsOn('uid-1')
    const take = (nowMs: number): string => limit.take(warning, nowMs)
    expect(Array.from({ length: 30 }, () => take(0)).filter(answer => answer === 'allowed')).toHaveLength(25)
    expect([take(299_999), take(300_000), take(300_001), take(600_000)]).toEqual([
      'refused',
      'allowed',
      'refused',
      'allowed',
    ])
  })

  it('is not that of another object, and lets recoveries through after as many problems', () => {
    const limit = eventRateLimit()
    const [one, other] = [eventsOn('uid-1'), eventsOn('uid-2')]
    for (let index = 0; index < 30; index += 1) limit.take(one.warning, 0)
    expect(limit.take(other.warning, 0)).toBe('allowed')
    expect(limit.take(one.resolved, 0)).toBe('allowed')
  })

  it('is remembered for 4096 objects', () => {
    const limit = eventRateLimit()
    for (let index = 0; index < 5000; index += 1) limit.take(eventsOn(`uid-${index}`).warning, 0)
    expect(limit.size()).toBe(4096)
  })
})

describe('a token bucket', () => {
  it('never gives more than the burst and what came back since, over any span of time', () => {
    forDrawnCases(draw => {
      const [burst, refillMs] = [draw.integer(1, 12), draw.integer(1, 1000)]
      const bucket = tokenBucket({ burst, refillMs })
      const takenAtMs: number[] = []
      let nowMs = 0
      for (const waitMs of draw.list(1, 60, () => draw.oneOf([0, 0, draw.integer(0, refillMs * 3)]))) {
        nowMs += waitMs
        if (bucket.take(nowMs) === 'taken') takenAtMs.push(nowMs)
      }
      const excess = takenAtMs.flatMap((start, from) =>
        takenAtMs.slice(from).map((end, offset) => offset + 1 - burst - (end - start) / refillMs),
      )
      expect(Math.max(...excess)).toBeLessThan(1e-3)
    })
  })

  it('has a token after the time it names, and none before, however much was owed', () => {
    forDrawnCases(draw => {
      const [burst, refillMs] = [draw.integer(1, 10), draw.integer(2, 1000)]
      const bucket = tokenBucket({ burst, refillMs })
      for (let index = draw.integer(0, 30); index > 0; index -= 1) bucket.owe(0)
      const waitMs = bucket.waitMs(0)
      if (waitMs > 1) expect(bucket.take(waitMs - 1.01)).toBe('empty')
      expect(bucket.take(waitMs)).toBe('taken')
    })
  })
})
