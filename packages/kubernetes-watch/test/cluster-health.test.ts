import { describe, expect, it } from 'vitest'
import { clusterSource, type ReadHealth } from '../src/index.ts'
import { bookmarkLine, eventLine, scriptedApi } from './scripted-api.ts'
import { scriptedWorld, type ScriptedWorld } from './scripted-world.ts'

const health = (world: ScriptedWorld): ReadHealth | undefined =>
  world.source.health().find(({ kind }) => kind === 'Service')

/** Both clocks, moved by the test. */
function clocks(): { readonly now: () => number; readonly wallClock: () => number; pass(ms: number): void } {
  let passedMs = 0
  return {
    now: () => passedMs,
    wallClock: () => Date.parse('2026-11-25T10:00:00Z') + passedMs,
    pass: ms => {
      passedMs += ms
    },
  }
}

describe('health of a clusterSource', () => {
  it('follows what is read, from nothing to a watch', async () => {
    const time = clocks()
    await using world = await scriptedWorld('services', time)
    const none = { kind: 'Service', lists: 0, watches: 0, failures: 0, malformed: 0 }
    expect(health(world)).toEqual({ ...none, state: 'listing', heardAgoMs: undefined })
    const first = await world.api.request('services', 1)
    first.answer(429, 7000)
    first.end()
    const second = await world.api.request('services', 2)
    expect(health(world)).toEqual({ ...none, state: 'failing', heardAgoMs: undefined, failures: 1 })
    second.answer(200)
    second.send(eventLine('ADDED', 'a', 7) + bookmarkLine(8, 'initial-events-end'))
    await world.started
    time.pass(1500)
    expect(health(world)).toEqual({
      ...none,
      state: 'watching',
      heardAgoMs: 1500,
      lists: 1,
      watches: 1,
      failures: 1,
    })
    expect(world.time.delays()).toContain(7000)
  })

  it('names each followed object, and the namespaces that are watched', async () => {
    const source = clusterSource({ cluster: scriptedApi().api, namespaces: ['shop', 'bank'] })
    source.follow({ secrets: new Set(['shop/tls']), configMaps: new Set(['bank/settings']) })
    expect(source.health()).toEqual([])
    source.start(() => undefined).catch(() => undefined)
    expect(source.health().map(({ kind, namespace, name }) => [kind, namespace, name])).toEqual([
      ['Ingress', 'shop', undefined],
      ['Ingress', 'bank', undefined],
      ['IngressClass', undefined, undefined],
      ['Service', 'shop', undefined],
      ['Service', 'bank', undefined],
      ['EndpointSlice', 'shop', undefined],
      ['EndpointSlice', 'bank', undefined],
      ['Secret', 'shop', 'tls'],
      ['ConfigMap', 'bank', 'settings'],
    ])
    await source.close()
  })
})

describe('what a clusterSource says while it can not read', () => {
  it('names the moment as of which objects are served, and keeps to it', async () => {
    const time = clocks()
    await using world = await scriptedWorld('services', time)
    const first = await world.api.request('services', 1)
    first.answer(200)
    first.send(eventLine('ADDED', 'a', 7) + bookmarkLine(8, 'initial-events-end'))
    await world.started
    time.pass(61_000)
    first.send(bookmarkLine(9, 'plain') + eventLine('ADDED', 'b', 10))
    await world.recorder.until(({ objects }) => objects.Service.has('shop/b'))
    time.pass(3000)
    first.cut('gone')
    const second = await world.api.request('services', 2)
    expect(second.query.get('resourceVersion')).toBe('10')
    const messages = new Set<string>()
    for (let number = 2; number <= 5; number += 1) {
      const watch = await world.api.request('services', number)
      watch.answer(503)
      watch.send('upstream is away')
      watch.end()
      time.pass(10_000)
      const { problems } = await world.recorder.until(({ problems }) =>
        problems.some(({ message }) => message.includes('503')),
      )
      messages.add(problems[0]?.message ?? '')
    }
    expect([...messages]).toEqual([
      'cannot watch services: 503 upstream is away; it is tried again; what is served is as of 2026-11-25T10:01:01.000Z',
    ])
    const last = await world.api.request('services', 6)
    last.answer(200)
    const { objects } = await world.recorder.until(({ problems }) => problems.length === 0)
    expect(objects.Service.size).toBe(2)
  })

  it('says so when the server fell silent before, and reads everything again after a second silent watch', async () => {
    const time = clocks()
    await using world = await scriptedWorld('services', time)
    const first = await world.api.request('services', 1)
    first.answer(200)
    first.send(bookmarkLine(8, 'initial-events-end'))
    await world.started
    time.pass(120_000)
    world.time.release(120_000)
    const second = await world.api.request('services', 2)
    expect(first.isAborted()).toBe(true)
    second.cut('no route')
    const { problems } = await world.recorder.until(({ problems }) => problems.some(({ kind }) => kind === 'Service'))
    expect(problems.find(({ kind }) => kind === 'Service')?.message).toBe(
      'cannot watch services: no route; it is tried again; what is served is as of 2026-11-25T10:00:00.000Z, when the API server fell silent',
    )
    const third = await world.api.request('services', 3)
    expect(third.query.get('resourceVersion')).toBe('8')
    third.answer(200)
    await world.recorder.until(({ problems }) => problems.every(({ kind }) => kind !== 'Service'))
    world.time.release(120_000)
    const fourth = await world.api.request('services', 4)
    expect(fourth.query.get('sendInitialEvents')).toBe('true')
    expect(health(world)).toMatchObject({ failures: 3, watches: 2 })
  })
})
