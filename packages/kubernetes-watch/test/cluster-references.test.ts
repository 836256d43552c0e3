import { describe, expect, it } from 'vitest'
import type { References } from '../src/index.ts'
import { clusterWorld } from './cluster-world.ts'
import { secret } from './object-source-world.ts'
import { snapshotRecorder } from './snapshot-recorder.ts'

const references = (secrets: readonly string[], configMaps: readonly string[] = []): References => ({
  secrets: new Set(secrets),
  configMaps: new Set(configMaps),
})

describe('clusterSource, as to Secrets and ConfigMaps,', () => {
  it('reads them by name alone, each in its namespace', async () => {
    await using world = await clusterWorld()
    await world.put(secret('shop/tls', 'a'))
    const source = world.source()
    source.follow(references(['shop/tls', 'bank/tls'], ['shop/settings']))
    await source.start(() => undefined)
    await world.server.watchOpened('secrets', 2)
    await world.server.watchOpened('configmaps')
    const read = world.server.requests().filter(({ plural }) => plural === 'secrets' || plural === 'configmaps')
    expect(read.every(({ query }) => query.get('fieldSelector')?.startsWith('metadata.name='))).toBe(true)
    expect([...new Set(read.map(({ path }) => path))].sort()).toEqual([
      '/api/v1/namespaces/bank/secrets',
      '/api/v1/namespaces/shop/configmaps',
      '/api/v1/namespaces/shop/secrets',
    ])
  })

  it('drops what is followed no more, and stops watching it', async () => {
    await using world = await clusterWorld()
    await world.put(secret('shop/a', 'a'))
    await world.put(secret('shop/b', 'b'))
    const source = world.source()
    const recorder = snapshotRecorder()
    source.follow(references(['shop/a', 'shop/b']))
    await source.start(recorder.listener)
    await world.server.watchOpened('secrets', 2)
    source.follow(references(['shop/b']))
    const next = await recorder.until(({ objects }) => objects.Secret.size === 1)
    expect([...next.objects.Secret.keys()]).toEqual(['shop/b'])
    await world.server.until(() => world.server.watches('secrets') === 1)
  })

  it('follows so many at most, by name, and reports how many are left out', async () => {
    await using world = await clusterWorld()
    for (const name of ['a', 'b', 'c']) await world.put(secret(`shop/${name}`, name))
    const source = world.source({ maxReferences: 2 })
    source.follow(references(['shop/c', 'shop/b', 'shop/a'], ['shop/settings']))
    const { objects, problems } = await source.start(() => undefined)
    expect([...objects.Secret.keys()].sort()).toEqual(['shop/a', 'shop/b'])
    expect(problems).toMatchObject([
      { severity: 'error', reason: 'TooManyReferences', message: expect.stringMatching(/^2 /) },
    ])
    expect(source.settled()).toBe(true)
  })

  it('is not settled until each was looked up, and does not wait for one it may not read', async () => {
    await using world = await clusterWorld()
    const source = world.source()
    const recorder = snapshotRecorder()
    await source.start(recorder.listener)
    expect(source.settled()).toBe(true)
    world.server.failNext({ plural: 'secrets', times: Infinity, answer: { kind: 'status', code: 403 } })
    source.follow(references(['shop/tls']))
    expect(source.settled()).toBe(false)
    const { problems } = await recorder.until(() => source.settled())
    expect(problems).toMatchObject([{ reason: 'WatchFailed', kind: 'Secret', namespace: 'shop', name: 'tls' }])
  })

  it('does not wait for one that fails again and again, and takes it over once it can be read', async () => {
    await using world = await clusterWorld()
    world.server.create({ kind: 'Secret', metadata: { name: 'broken', namespace: 'shop' } })
    world.server.failNext({ plural: 'secrets', times: 3, answer: { kind: 'status', code: 500 } })
    const source = world.source()
    const recorder = snapshotRecorder()
    await source.start(recorder.listener)
    source.follow({ secrets: new Set(['shop/broken']), configMaps: new Set() })
    await recorder.until(() => source.settled())
    await recorder.until(({ objects }) => objects.Secret.has('shop/broken'))
  })

  it('asks for nothing that can be no name, and counts it as looked up', async () => {
    await using world = await clusterWorld()
    const source = world.source()
    source.follow(references(['../secrets', 'shop/a,metadata.name!=b', 'shop/../x', 'name', `shop/${'x'.repeat(254)}`]))
    await source.start(() => undefined)
    expect(source.settled()).toBe(true)
    expect(world.server.requests().filter(({ plural }) => plural === 'secrets')).toEqual([])
  })
})
