import { describe, expect, it } from 'vitest'
import { eventWorld, problemOf } from '../../test/support/event-world.ts'

const events = '/api/v1/namespaces/shop/events'

describe('the events of problems', () => {
  it('are Warnings on the object, which name the field, the cause and the remedy', async () => {
    await using world = await eventWorld()
    await world.tell(world.recorder(), [problemOf()])
    const ingress = world.server.get('Ingress', 'shop/web')
    expect(world.requests()).toEqual([`POST ${events}`])
    const [event] = world.events()
    expect(event).toMatchObject({
      apiVersion: 'v1',
      kind: 'Event',
      metadata: expect.objectContaining({ namespace: 'shop', name: expect.stringMatching(/^web\.[0-9a-f]{16}$/) }),
      involvedObject: {
        apiVersion: 'networking.k8s.io/v1',
        kind: 'Ingress',
        namespace: 'shop',
        name: 'web',
        uid: ingress?.metadata.uid,
        resourceVersion: ingress?.metadata.resourceVersion,
        fieldPath: 'spec.rules[0].http.paths[0].backend.service.name',
      },
      type: 'Warning',
      reason: 'ServiceNotFound',
      message:
        'spec.rules[0].http.paths[0].backend.service.name: Service shop/web does not exist; create it or correct the name',
      source: { component: 'ingresskit', host: 'ingresskit-0' },
      reportingComponent: 'ingresskit',
      reportingInstance: 'ingresskit-0',
      count: 1,
      firstTimestamp: '2026-11-25T22:00:01Z',
      lastTimestamp: '2026-11-25T22:00:01Z',
    })
  })

  it('are told once while the problem stands, and again when it says something else', async () => {
    await using world = await eventWorld()
    const recorder = world.recorder()
    await world.tell(recorder, [problemOf()])
    await world.tell(recorder, [problemOf()])
    expect(world.requests()).toHaveLength(1)
    await world.tell(recorder, [problemOf({ message: 'Service shop/web is not there yet' })])
    expect(world.told()).toHaveLength(2)
  })

  it('are told for each of the problems that differ only in what they say', async () => {
    await using world = await eventWorld()
    const [one, other] = [problemOf({ message: 'a.example' }), problemOf({ message: 'b.example' })]
    await world.tell(world.recorder(), [one, other, one])
    expect(world.told().map(({ count }) => count)).toEqual([1, 1])
  })

  it('are also told of a Service that exists, and not of a Secret that does not', async () => {
    await using world = await eventWorld()
    world.server.create({ kind: 'Service', metadata: { namespace: 'shop', name: 'api' } })
    await world.tell(world.recorder(), [
      problemOf({ kind: 'Service', name: 'api', reason: 'ServicePortInvalid' }),
      problemOf({ kind: 'Secret', name: 'tls', reason: 'SecretNotFound' }),
    ])
    expect(world.told()).toMatchObject([{ type: 'Warning', reason: 'ServicePortInvalid' }])
  })

  it.each([
    { title: 'that name no object', problem: problemOf({ kind: null, namespace: null, name: null }) },
    { title: 'of a kind as a whole', problem: problemOf({ name: null }) },
    { title: 'of cluster-scoped objects', problem: problemOf({ kind: 'IngressClass', namespace: null }) },
    { title: 'of what cannot be read', problem: problemOf({ reason: 'WatchFailed' }) },
  ])('do not exist for problems $title', async ({ problem }) => {
    await using world = await eventWorld()
    await world.tell(world.recorder(), [problem])
    expect(world.requests()).toEqual([])
  })
})

describe('the events of recoveries', () => {
  it('are Normal and name the reason and field, once the problem has been away for five seconds', async () => {
    await using world = await eventWorld()
    const recorder = world.recorder()
    await world.tell(recorder, [problemOf()])
    world.look(recorder, [])
    world.time.advance(4900)
    expect(world.requests()).toHaveLength(1)
    world.time.advance(100)
    await recorder.settled()
    expect(world.told()).toContainEqual({
      type: 'Normal',
      reason: 'Resolved',
      message: 'ServiceNotFound at spec.rules[0].http.paths[0].backend.service.name is no longer a problem',
      count: 1,
    })
  })

  it('do not exist for a problem that is back in time, nor is that told again', async () => {
    await using world = await eventWorld()
    const recorder = world.recorder()
    await world.tell(recorder, [problemOf()])
    world.look(recorder, [])
    await world.tell(recorder, [problemOf()])
    world.time.advance(60_000)
    expect(world.requests()).toHaveLength(1)
  })

  it('do not exist for an object that was deleted', async () => {
    await using world = await eventWorld()
    const recorder = world.recorder()
    await world.tell(recorder, [problemOf()])
    world.server.delete('Ingress', 'shop/web')
    world.look(recorder, [])
    world.time.advance(60_000)
    await recorder.settled()
    expect(world.requests()).toHaveLength(1)
  })
})

describe('the same event again', () => {
  it('counts the one that exists', async () => {
    await using world = await eventWorld()
    const recorder = world.recorder()
    await world.tell(recorder, [problemOf()])
    world.look(recorder, [])
    world.time.advance(6000)
    await world.tell(recorder, [problemOf()])
    const warning = world.events().find(({ type }) => type === 'Warning')
    expect(warning).toMatchObject({
      count: 2,
      firstTimestamp: '2026-11-25T22:00:01Z',
      lastTimestamp: '2026-11-25T22:00:09Z',
    })
    expect(world.requests()).toEqual([`POST ${events}`, `POST ${events}`, `PATCH ${events}/${warning?.metadata.name}`])
  })

  it('is a new one when the API server has let the old one go', async () => {
    await using world = await eventWorld()
    const recorder = world.recorder()
    await world.tell(recorder, [problemOf()])
    for (const { metadata } of world.events()) world.server.delete('Event', `shop/${metadata.name}`)
    world.look(recorder, [])
    world.time.advance(6000)
    await world.tell(recorder, [problemOf()])
    expect(
      world
        .told()
        .map(({ type, count }) => `${String(type)} ${String(count)}`)
        .sort(),
    ).toEqual(['Normal 1', 'Warning 1'])
  })

  it('counts the one of the leader before', async () => {
    await using world = await eventWorld()
    await world.tell(world.recorder({ instance: 'ingresskit-0' }), [problemOf()])
    const next = world.recorder({ instance: 'ingresskit-1' })
    await world.tell(next, [problemOf()])
    expect(world.told()).toMatchObject([{ type: 'Warning', count: 2 }])
    world.look(next, [])
    world.time.advance(6000)
    await world.tell(next, [problemOf()])
    expect(world.told()).toContainEqual(expect.objectContaining({ type: 'Warning', count: 3 }))
  })

  it('is another one on an object that was made anew', async () => {
    await using world = await eventWorld()
    const recorder = world.recorder()
    await world.tell(recorder, [problemOf()])
    world.server.delete('Ingress', 'shop/web')
    world.server.create({ kind: 'Ingress', metadata: { namespace: 'shop', name: 'web' } })
    await world.tell(recorder, [problemOf()])
    expect(world.told()).toMatchObject([{ count: 1 }, { count: 1 }])
  })
})
