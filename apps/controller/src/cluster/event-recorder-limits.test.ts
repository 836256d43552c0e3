import { describe, expect, it } from 'vitest'
import { eventWorld, type EventWorld, problemOf } from '../../test/support/event-world.ts'
import type { Problem } from '../problem.ts'

function brokenIngresses(world: EventWorld, count: number): readonly Problem[] {
  return Array.from({ length: count }, (_, index) => {
    world.server.create({ kind: 'Ingress', metadata: { namespace: 'shop', name: `web-${index}` } })
    return problemOf({ name: `web-${index}` })
  })
}

describe('ten thousand broken Ingresses', () => {
  it('cost the API server 100 requests at once and then 10 a second, and what changed last is told first', async () => {
    await using world = await eventWorld()
    const recorder = world.recorder()
    const problems = brokenIngresses(world, 10_000)
    world.look(recorder, problems)
    expect(recorder.dropped()).toBe(9000)
    await world.answered(100)
    expect(world.requests()).toHaveLength(100)

    world.look(recorder, [...problems, problemOf({ reason: 'PathInvalid' })])
    await world.answered(110)
    expect(world.requests()).toHaveLength(110)
    expect(world.told().filter(({ reason }) => reason === 'PathInvalid')).toHaveLength(1)
    world.time.advance(10_000)
    await world.answered(111)
    expect(world.requests().length).toBeLessThanOrEqual(210)
  })
})

describe('many problems of one object', () => {
  it('are nine events, one that combines the others, and none beyond the limit of the object', async () => {
    await using world = await eventWorld()
    const recorder = world.recorder()
    await world.tell(
      recorder,
      Array.from({ length: 40 }, (_, index) => problemOf({ field: `spec.rules[${index}]` })),
    )
    expect(recorder.dropped()).toBe(15)
    const combined = world.events().filter(({ count }) => count !== 1)
    expect(world.told()).toHaveLength(10)
    expect(combined).toMatchObject([
      {
        reason: 'ServiceNotFound',
        count: 16,
        message: expect.stringMatching(/^\(combined from similar events\): spec\.rules\[24\]: /),
      },
    ])
    expect(combined[0]).not.toHaveProperty('involvedObject.fieldPath')
    expect(world.requests()).toHaveLength(10)
  })

  it('are counted on in the combined event, with the newest message', async () => {
    await using world = await eventWorld()
    const recorder = world.recorder()
    const problems = Array.from({ length: 14 }, (_, index) => problemOf({ field: `spec.rules[${index}]` }))
    await world.tell(recorder, problems.slice(0, 12))
    await world.tell(recorder, problems)
    const combined = world.told().filter(({ message }) => String(message).startsWith('(combined'))
    expect(combined).toMatchObject([{ count: 5, message: expect.stringContaining('spec.rules[13]') }])
  })
})

describe('what is over before it could be told', () => {
  it('is not told at all', async () => {
    await using world = await eventWorld()
    world.server.failNext({ verb: 'create', plural: 'events', answer: { kind: 'status', code: 403 } })
    const recorder = world.recorder()
    world.look(recorder, [problemOf()])
    await world.answered(1)
    world.look(recorder, [])
    world.time.advance(5000)
    await recorder.settled()
    world.time.advance(600_000)
    expect([world.told(), world.requests().length]).toEqual([[], 1])
  })

  it('is not said to be over when its problem is back', async () => {
    await using world = await eventWorld()
    const recorder = world.recorder()
    await world.tell(recorder, [problemOf()])
    world.server.failNext({ verb: 'create', plural: 'events', answer: { kind: 'status', code: 403 } })
    world.look(recorder, [])
    world.time.advance(5000)
    await world.answered(2)
    world.look(recorder, [problemOf()])
    world.time.advanceToNext()
    await recorder.settled()
    expect(world.told()).toMatchObject([{ type: 'Warning', count: 2 }])
  })
})
