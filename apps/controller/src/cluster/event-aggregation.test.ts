import { describe, expect, it } from 'vitest'
import { type Draw, forDrawnCases } from '../../test/support/drawn-cases.ts'
import { problemOf } from '../../test/support/event-world.ts'
import { eventAggregation } from './event-aggregation.ts'
import { isObjectProblem, type ObjectEvent, warningEvent } from './event-of-problem.ts'

function eventOf(message: string, uid = 'uid-1', reason = 'ServiceNotFound'): ObjectEvent {
  const problem = problemOf({ message, reason })
  if (!isObjectProblem(problem)) throw new Error('the problem of tests names an object')
  return warningEvent(problem, { uid, resourceVersion: '1', apiVersion: 'networking.k8s.io/v1' })
}

describe('similar events', () => {
  it('are told one by one up to nine, and combined from the tenth on', () => {
    const aggregation = eventAggregation()
    const told = Array.from({ length: 12 }, (_, index) => aggregation.aggregate(eventOf(`message ${index}`), index))
    expect(told.map(({ scope }) => scope)).toEqual([...Array(9).fill('single'), ...Array(3).fill('combined')])
    expect(told[11]).toMatchObject({
      type: 'Warning',
      reason: 'ServiceNotFound',
      field: null,
      message: expect.stringMatching(/^\(combined from similar events\): .*message 11$/),
    })
  })

  it('are not combined when they are the same one', () => {
    const aggregation = eventAggregation()
    const told = Array.from({ length: 50 }, (_, index) => aggregation.aggregate(eventOf('the same'), index))
    expect(new Set(told.map(({ scope }) => scope))).toEqual(new Set(['single']))
  })

  it('are told one by one again after ten quiet minutes', () => {
    const aggregation = eventAggregation()
    for (let index = 0; index < 20; index += 1) aggregation.aggregate(eventOf(`message ${index}`), 0)
    expect(aggregation.aggregate(eventOf('still'), 600_000).scope).toBe('combined')
    expect(aggregation.aggregate(eventOf('later'), 1_200_001).scope).toBe('single')
  })

  it('are those of one object and reason: others are told as if these were not there', () => {
    forDrawnCases(draw => {
      const together = eventAggregation()
      const alone = new Map<string, ReturnType<typeof eventAggregation>>()
      let nowMs = 0
      for (const step of draw.list(1, 80, () => stepOf(draw))) {
        nowMs += step.afterMs
        const group = `${step.uid} ${step.reason}`
        const own = alone.get(group) ?? eventAggregation()
        alone.set(group, own)
        const event = eventOf(step.message, step.uid, step.reason)
        expect(together.aggregate(event, nowMs)).toEqual(own.aggregate(event, nowMs))
      }
    })
  })

  it('have nine messages of their own at most while no ten minutes are quiet, and always the same ones', () => {
    forDrawnCases(draw => {
      const aggregation = eventAggregation()
      const scopes = new Map<string, string>()
      let nowMs = 0
      for (const message of draw.list(1, 80, () => `message ${draw.integer(0, 30)}`)) {
        nowMs += draw.integer(0, 600_000)
        const { scope } = aggregation.aggregate(eventOf(message), nowMs)
        expect(scopes.get(message) ?? scope).toBe(scope)
        scopes.set(message, scope)
      }
      const single = [...scopes.values()].filter(scope => scope === 'single')
      expect(single).toHaveLength(Math.min(9, scopes.size))
    })
  })

  it('are remembered for 4096 groups', () => {
    const aggregation = eventAggregation()
    for (let index = 0; index < 5000; index += 1) aggregation.aggregate(eventOf('message', `uid-${index}`), 0)
    expect(aggregation.size()).toBe(4096)
  })
})

function stepOf(draw: Draw): {
  readonly uid: string
  readonly reason: string
  readonly message: string
  readonly afterMs: number
} {
  return {
    uid: draw.oneOf(['uid-1', 'uid-2']),
    reason: draw.oneOf(['ServiceNotFound', 'RuleConflict']),
    message: `message ${draw.integer(0, 20)}`,
    afterMs: draw.oneOf([0, 1000, 700_000]),
  }
}
