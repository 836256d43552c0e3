// Whole API servers that fail in the ways of networks and upgrades: the source ends with what the server has.
import { describe, expect, it } from 'vitest'
import type { ObjectSnapshot } from '../src/index.ts'
import { type ClusterWorld, clusterWorld, type Reading } from './cluster-world.ts'
import { ingress, service } from './object-source-world.ts'
import { snapshotRecorder, type SnapshotRecorder } from './snapshot-recorder.ts'

const has =
  (key: string) =>
  ({ objects, problems }: ObjectSnapshot): boolean =>
    objects.Ingress.has(key) && problems.length === 0

interface Live extends AsyncDisposable {
  readonly world: ClusterWorld
  readonly recorder: SnapshotRecorder
}

/** A source that watches the Ingresses `shop/a` and `shop/gone`; it has been given no snapshot without the first since. */
async function live(reading: Reading): Promise<Live> {
  const world = await clusterWorld({}, reading)
  await world.put(ingress('shop/a', 'a.example'))
  await world.put(ingress('shop/gone', 'gone.example'))
  const recorder = snapshotRecorder()
  let dropped = 0
  const listener = (snapshot: ObjectSnapshot): void => {
    if (!snapshot.objects.Ingress.has('shop/a')) dropped += 1
    recorder.listener(snapshot)
  }
  await world.source().start(listener)
  await world.server.watchOpened('ingresses')
  return {
    world,
    recorder,
    [Symbol.asyncDispose]: async () => {
      await world[Symbol.asyncDispose]()
      expect(dropped).toBe(0)
    },
  }
}

describe.each(['initial events', 'pages'] as const)('clusterSource, reading %s,', reading => {
  it.each([
    { history: 'kept', watchCache: 'warm' },
    { history: 'compacted', watchCache: 'warm' },
    { history: 'compacted', watchCache: 'cold' },
  ] as const)('finds out what happened while the API server was away (%o)', async how => {
    await using at = await live(reading)
    const { server } = at.world
    await server.goAway()
    const away = await at.recorder.until(({ problems }) => problems.length === 4)
    expect([...away.objects.Ingress.keys()]).toEqual(['shop/a', 'shop/gone'])
    server.apply(ingress('shop/b', 'b.example'))
    server.delete('Ingress', 'shop/gone')
    await server.comeBack(how)
    const { objects } = await at.recorder.until(has('shop/b'))
    expect([...objects.Ingress.keys()].sort()).toEqual(['shop/a', 'shop/b'])
  })

  it('survives a storm of expired versions', async () => {
    await using at = await live(reading)
    for (let round = 0; round < 20; round += 1) {
      await at.world.server.watchOpened('ingresses')
      at.world.server.apply(ingress(`shop/storm-${round}`, 'x.example'))
      at.world.server.compact()
      at.world.server.cutWatches('reset')
    }
    const { objects } = await at.recorder.until(has('shop/storm-19'))
    expect(objects.Ingress.size).toBe(22)
  })

  it('takes duplicate and reversed events for what they are', async () => {
    await using at = await live(reading)
    const { server } = at.world
    for (let round = 0; round < 10; round += 1) server.apply(ingress('shop/a', `v${round}.example`))
    server.delete('Ingress', 'shop/gone')
    server.sendAgain('ingresses')
    server.sendAgain('ingresses', { order: 'reversed' })
    server.apply(ingress('shop/last', 'x.example'))
    const { objects } = await at.recorder.until(has('shop/last'))
    expect([...objects.Ingress.keys()].sort()).toEqual(['shop/a', 'shop/last'])
    expect(JSON.stringify(objects.Ingress.get('shop/a'))).toContain('v9.example')
  })

  it.each([
    'malformed',
    'half-line',
    'no-event',
    'no-metadata',
    'no-object',
    'unknown-type',
    'no-status',
    'control-characters',
  ] as const)('recovers from garbage in a watch (%s)', async garbage => {
    await using at = await live(reading)
    expect(at.world.server.sendGarbage('ingresses', garbage)).toBe(1)
    at.world.server.apply(ingress('shop/b', 'b.example'))
    const { objects } = await at.recorder.until(has('shop/b'))
    expect([...objects.Ingress.keys()].sort()).toEqual(['shop/a', 'shop/b', 'shop/gone'])
  })

  it('opens a watch anew that stalls without an end', async () => {
    await using at = await live(reading)
    const { server } = at.world
    expect(server.stall({ verb: 'watch', plural: 'ingresses' })).toBe(1)
    server.apply(ingress('shop/b', 'b.example'))
    at.world.time.release(120_000)
    server.resume()
    const { objects } = await at.recorder.until(has('shop/b'))
    expect(objects.Ingress.size).toBe(3)
  })

  it.each([429, 503, 504])('waits as long as the server asks with %i', async code => {
    await using at = await live(reading)
    const answer = { kind: 'status', code, retryAfterSeconds: 9 } as const
    at.world.server.failNext({ verb: 'watch', plural: 'services', answer })
    at.world.server.cutWatches('fin', 'services')
    at.world.server.apply(service('shop/s'))
    await at.recorder.until(({ objects }) => objects.Service.has('shop/s'))
    expect(at.world.time.delays()).toContain(9000)
  })

  it('is patient with a server that is slow', async () => {
    const world = await clusterWorld({}, reading)
    for (let index = 0; index < 50; index += 1) await world.put(service(`shop/s${index}`))
    world.server.failNext({ times: 4, answer: { kind: 'slow', bytesPerSecond: 100_000 } })
    const { objects, problems } = await world.source().start(() => undefined)
    expect(objects.Service.size).toBe(50)
    expect(problems).toEqual([])
    await world[Symbol.asyncDispose]()
  })
})
