import { describe, expect, it } from 'vitest'
import { eventWorld, problemOf } from '../../test/support/event-world.ts'

const events = '/api/v1/namespaces/shop/events'
const create = { verb: 'create', plural: 'events' } as const

describe('a recorder without the rights', () => {
  const forbidden = {
    kind: 'status',
    code: 403,
    message: 'events is forbidden: User "x" cannot create resource',
  } as const

  it('says once which it needs, and tries again every five minutes', async () => {
    await using world = await eventWorld()
    world.server.failNext({ ...create, times: 2, answer: forbidden })
    const recorder = world.recorder()
    world.look(recorder, [problemOf()])
    await world.answered(1)
    expect(world.failures).toEqual([
      'cannot write an Event on Ingress shop/web: 403 events is forbidden: User "x" cannot create resource; grant the RBAC verbs "create" and "patch" on "events" in API group "" with a ClusterRole, or a Role in each namespace; it is tried again every 5 minutes',
    ])
    world.look(recorder, [problemOf(), problemOf({ field: 'other' })])
    world.time.advance(298_000)
    expect(world.requests()).toHaveLength(1)
    world.time.advance(1000)
    await world.answered(2)
    expect(world.failures).toHaveLength(1)
    world.time.advance(300_000)
    await recorder.settled()
    expect(world.told()).toHaveLength(2)
    expect(recorder.dropped()).toBe(0)
  })

  it('still writes in the namespaces where it may', async () => {
    await using world = await eventWorld()
    world.server.create({ kind: 'Ingress', metadata: { namespace: 'blog', name: 'web' } })
    world.server.failNext({ ...create, answer: forbidden })
    const recorder = world.recorder()
    world.look(recorder, [problemOf(), problemOf({ namespace: 'blog' })])
    await world.server.until(() => world.server.list('Event').length === 1)
    expect(world.requests()).toEqual([`POST ${events}`, 'POST /api/v1/namespaces/blog/events'])
  })
})

describe('a namespace that is going', () => {
  it.each([
    {
      title: 'being terminated',
      code: 403,
      message: 'events "a" is forbidden: unable to create new content in namespace shop because it is being terminated',
    },
    { title: 'gone', code: 404, message: 'namespaces "shop" not found' },
  ])('takes its events along, silently, when it is $title', async ({ code, message }) => {
    await using world = await eventWorld()
    world.server.failNext({ ...create, answer: { kind: 'status', code, message } })
    const recorder = world.recorder()
    await world.tell(recorder, [problemOf()])
    expect([world.failures, recorder.dropped(), world.requests().length]).toEqual([[], 1, 1])
  })
})

describe('a failure', () => {
  it('is told once, waited for as long as the server says, and overcome', async () => {
    await using world = await eventWorld()
    const answer = { kind: 'status', code: 429, retryAfterSeconds: 30, message: 'slow down' } as const
    world.server.failNext({ ...create, times: 2, answer })
    const recorder = world.recorder()
    world.look(recorder, [problemOf()])
    await world.answered(1)
    world.time.advance(29_999)
    expect(world.requests()).toHaveLength(1)
    world.time.advance(1)
    await world.answered(2)
    world.time.advance(30_000)
    await recorder.settled()
    expect(world.told()).toMatchObject([{ count: 1 }])
    expect(world.failures).toEqual(['cannot write an Event on Ingress shop/web: 429 slow down; it is tried again'])
  })

  it.each([{ kind: 'reset' } as const, { kind: 'status', code: 503 } as const])(
    'of the way there is tried again with longer and longer pauses, a dozen times ($kind)',
    async answer => {
      await using world = await eventWorld()
      world.server.failNext({ ...create, times: 12, answer })
      const recorder = world.recorder()
      world.look(recorder, [problemOf()])
      let waitedMs = 0
      for (let tries = 1; tries < 12; tries += 1) {
        await world.answered(tries)
        const pauseMs = Math.min(60_000, 1000 * 2 ** (tries - 1))
        world.time.advance(pauseMs - 1)
        expect(world.requests()).toHaveLength(tries)
        world.time.advance(1)
        waitedMs += pauseMs
      }
      await recorder.settled()
      expect([recorder.dropped(), world.failures.length, waitedMs]).toEqual([1, 1, 363_000])
    },
  )

  it('to answer at all is one after ten seconds', async () => {
    await using world = await eventWorld()
    world.server.failNext({ ...create, answer: { kind: 'hang' } })
    const recorder = world.recorder()
    world.look(recorder, [problemOf()])
    await world.server.until(() => world.requests().length === 1)
    world.time.advance(10_000)
    while (world.failures.length === 0) await new Promise(setImmediate)
    world.time.advance(1000)
    await recorder.settled()
    expect(world.told()).toMatchObject([{ count: 1 }])
    expect(world.failures[0]).toContain('no answer for 10 s')
  })

  it('to understand the event is the end of that event alone', async () => {
    await using world = await eventWorld()
    world.server.failNext({ ...create, answer: { kind: 'status', code: 422, message: 'Event is invalid' } })
    const recorder = world.recorder()
    await world.tell(recorder, [problemOf(), problemOf({ reason: 'PathInvalid' })])
    expect(world.told()).toMatchObject([{ reason: 'PathInvalid' }])
    expect(recorder.dropped()).toBe(1)
    expect(world.failures).toEqual(['cannot write an Event on Ingress shop/web: 422 Event is invalid; it is given up'])
  })
})

describe('a recorder that is closed', () => {
  it('waits two seconds for the request under way, and sends no other', async () => {
    await using world = await eventWorld()
    world.server.failNext({ ...create, answer: { kind: 'hang' } })
    const recorder = world.recorder()
    world.look(recorder, [problemOf(), problemOf({ reason: 'PathInvalid' })])
    await world.server.until(() => world.requests().length === 1)
    const closed = recorder.close()
    await recorder.settled()
    world.time.advance(1999)
    await expect(Promise.race([closed, Promise.resolve('open')])).resolves.toBe('open')
    world.time.advance(1)
    await closed
    recorder.update([problemOf({ reason: 'HostInvalid' })], world.objectOf)
    world.time.advance(600_000)
    await recorder.close()
    expect([world.requests(), world.failures]).toEqual([[`POST ${events}`], []])
  })

  it('does not go on with an event of which a part is written', async () => {
    await using world = await eventWorld()
    await world.tell(world.recorder(), [problemOf()])
    world.server.failNext({ verb: 'create', plural: 'events', answer: { kind: 'status', code: 409 } })
    const recorder = world.recorder()
    world.look(recorder, [problemOf()])
    const closed = recorder.close()
    await closed
    expect(world.requests().filter(request => request.startsWith('PATCH'))).toEqual([])
  })
})
