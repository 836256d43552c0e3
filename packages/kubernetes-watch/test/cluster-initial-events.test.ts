import { describe, expect, it } from 'vitest'
import { clusterSource } from '../src/index.ts'
import { clusterWorld, initialSilenceMs } from './cluster-world.ts'
import { service } from './object-source-world.ts'
import { bookmarkLine, eventLine, scriptedApi } from './scripted-api.ts'
import { scriptedWorld } from './scripted-world.ts'
import { snapshotRecorder } from './snapshot-recorder.ts'
import { testSchedule } from './test-schedule.ts'

const plurals = ['ingresses', 'ingressclasses', 'services', 'endpointslices']
const listOf = (...names: readonly string[]): string =>
  JSON.stringify({
    metadata: { resourceVersion: '50' },
    items: names.map(name => ({ metadata: { name, namespace: 'shop', uid: `uid-of-${name}`, resourceVersion: '7' } })),
  })

describe('clusterSource, to know everything there is,', () => {
  it('asks for one watch of each kind that begins with it, and for no list', async () => {
    await using world = await clusterWorld()
    await world.put(service('shop/a'))
    const recorder = snapshotRecorder()
    const { objects } = await world.source().start(recorder.listener)
    expect([...objects.Service.keys()]).toEqual(['shop/a'])
    await world.put(service('shop/b'))
    await recorder.until(next => next.objects.Service.has('shop/b'))
    expect(world.server.requests().map(({ verb, plural }) => `${verb} ${plural}`)).toEqual(
      plurals.map(plural => `watch ${plural}`),
    )
    expect(Object.fromEntries(world.server.requests()[0]?.query ?? [])).toEqual({
      watch: 'true',
      allowWatchBookmarks: 'true',
      sendInitialEvents: 'true',
      resourceVersionMatch: 'NotOlderThan',
      timeoutSeconds: '450',
    })
  })

  it('shows nothing of it before all of it has come, and goes on from the version it is of', async () => {
    await using world = await scriptedWorld('services')
    const first = await world.api.request('services', 1)
    first.answer(200)
    first.send(eventLine('ADDED', 'a', 7) + eventLine('ADDED', 'b', 3) + bookmarkLine(41, 'initial-events-end'))
    expect([...(await world.started).objects.Service.keys()]).toEqual(['shop/a', 'shop/b'])
    first.send(`${JSON.stringify({ type: 'ERROR', object: { kind: 'Status', code: 410 } })}\n`)

    const second = await world.api.request('services', 2)
    expect(second.query.get('sendInitialEvents')).toBe('true')
    second.answer(200)
    second.send(eventLine('ADDED', 'c', 50))
    // Another kind changes, so that a snapshot is made while the second reading is half done.
    const slices = await world.api.request('endpointslices', 1)
    slices.send(eventLine('ADDED', 'slice', 49))
    const between = await world.recorder.until(({ objects }) => objects.EndpointSlice.size === 1)
    expect([...between.objects.Service.keys()]).toEqual(['shop/a', 'shop/b'])
    second.send(eventLine('ADDED', 'b', 3) + bookmarkLine(52, 'initial-events-end'))
    const after = await world.recorder.until(({ objects }) => objects.Service.has('shop/c'))
    expect([...after.objects.Service.keys()]).toEqual(['shop/c', 'shop/b'])
    expect(after.objects.Service.get('shop/b')).toBe(between.objects.Service.get('shop/b'))
    second.end()
    expect((await world.api.request('services', 3)).query.get('resourceVersion')).toBe('52')
  })

  it.each([400, 422])('reads pages when the server refuses with %i, and does not ask it again', async code => {
    await using world = await scriptedWorld('services')
    const refused = await world.api.request('services', 1)
    refused.answer(code)
    refused.end()
    const list = await world.api.request('services', 2)
    expect(list.query.get('watch')).toBeNull()
    list.answer(200)
    list.send(listOf('a'))
    list.end()
    const { objects, problems } = await world.started
    expect([...objects.Service.keys()]).toEqual(['shop/a'])
    expect(problems).toEqual([])
    world.source.follow({ secrets: new Set(['shop/tls']), configMaps: new Set() })
    expect((await world.api.request('secrets', 1)).query.get('watch')).toBeNull()
  })

  it.each([
    ['the bookmark that ends the beginning does not come', eventLine('ADDED', 'a', 7)],
    ['another bookmark comes first', eventLine('ADDED', 'a', 7) + bookmarkLine(8, 'plain')],
    ['nothing comes', ''],
  ])('reads pages when %s', async (_, text) => {
    // As an old server answers a watch without a version: what there is, then what happens.
    const api = scriptedApi()
    const time = testSchedule({ isHeld: delayMs => delayMs >= 90_000 || delayMs === initialSilenceMs })
    const source = clusterSource({ cluster: api.api, schedule: time.schedule, random: () => 0.5 })
    const started = source.start(() => undefined)
    for (const plural of plurals) {
      const watch = await api.request(plural, 1)
      watch.answer(200)
      if (text !== '') watch.send(text)
    }
    await new Promise(setImmediate)
    await new Promise(setImmediate)
    time.release(initialSilenceMs)
    for (const plural of plurals) {
      const list = await api.request(plural, 2)
      expect(list.query.get('watch')).toBeNull()
      list.answer(200)
      list.send(listOf('b'))
      list.end()
    }
    const { objects, problems } = await started
    expect([...objects.Service.keys()]).toEqual(['shop/b'])
    expect(problems).toEqual([])
    await source.close()
  })

  it('tries the same again when initial events that came before do not end', async () => {
    await using world = await scriptedWorld('services')
    const first = await world.api.request('services', 1)
    first.answer(200)
    first.send(eventLine('ADDED', 'a', 7))
    first.send(bookmarkLine(8, 'plain'))
    const second = await world.api.request('services', 2)
    expect(second.query.get('sendInitialEvents')).toBe('true')
    expect(world.source.health().find(({ kind }) => kind === 'Service')).toMatchObject({
      state: 'failing',
      failures: 1,
    })
    second.answer(200)
    second.send(bookmarkLine(9, 'initial-events-end'))
    expect((await world.started).problems).toEqual([])
  })

  it('reads pages after initial events broke off three times', async () => {
    await using world = await scriptedWorld('services')
    for (const number of [1, 2, 3]) {
      const watch = await world.api.request('services', number)
      expect(watch.query.get('sendInitialEvents')).toBe('true')
      watch.answer(200)
      watch.send(eventLine('ADDED', 'a', 7))
      watch.cut('it took too long')
    }
    const list = await world.api.request('services', 4)
    expect(list.query.get('limit')).toBe('10')
    list.answer(200)
    list.send(listOf('a', 'b'))
    list.end()
    expect((await world.started).objects.Service.size).toBe(2)
  })
})
