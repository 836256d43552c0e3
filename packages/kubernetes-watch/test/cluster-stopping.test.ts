import { describe, expect, it } from 'vitest'
import { type Schedule, WatchError } from '../src/index.ts'
import { clusterWorld } from './cluster-world.ts'

const ignore = (): void => undefined

describe('clusterSource, when it is closed,', () => {
  it.each([
    ['a list', 'pages', 'list', 'closed'],
    ['a watch', 'pages', 'watch', undefined],
    ['a watch with initial events', 'initial events', 'watch', 'closed'],
  ] as const)('gives up %s that was never answered', async (_, reading, verb, code) => {
    await using world = await clusterWorld({}, reading)
    const refused = reading === 'pages' && verb === 'watch' ? 4 : 0
    world.server.failNext({ verb, times: refused, answer: { kind: 'status', code: 422 } })
    world.server.failNext({ verb, times: Infinity, answer: { kind: 'hang' } })
    const source = world.source()
    const outcome = source.start(ignore).then(
      () => undefined,
      (error: unknown) => (error instanceof WatchError ? error.code : error),
    )
    const asked = (): number => world.server.requests().filter(request => request.verb === verb).length
    await world.server.until(() => asked() >= refused + 4)
    await source.close()
    await world.server.until(() => world.server.connections().open === 0)
    expect(await outcome).toBe(code)
    expect(world.time.held()).toBe(0)
  })

  it.each([1, 10, 100])('stops in the midst of %i kB of initial events', async kilobytes => {
    await using world = await clusterWorld()
    const line = JSON.stringify({ type: 'ADDED', object: { metadata: { name: 'a', namespace: 'x'.repeat(900) } } })
    const text = `${line}\n`.repeat(kilobytes)
    world.server.failNext({ verb: 'watch', times: 4, answer: { kind: 'body', text, ending: 'end' } })
    const heard = Promise.withResolvers<void>()
    const source = world.source({ now: tellAndTick(heard.resolve) })
    const outcome = source.start(ignore).catch((error: unknown) => error)
    await heard.promise
    await source.close()
    expect(await outcome).toMatchObject({ code: 'closed' })
    expect(world.time.held()).toBe(0)
  })

  it('ends the waits between attempts', async () => {
    await using world = await clusterWorld()
    world.server.failNext({ times: Infinity, answer: { kind: 'status', code: 500 } })
    const waits = new Set<symbol>()
    const schedule: Schedule = delayMs => {
      const wait = Symbol(String(delayMs))
      waits.add(wait)
      return () => waits.delete(wait)
    }
    const source = world.source({ schedule })
    const outcome = source.start(ignore).catch((error: unknown) => error)
    await world.server.until(() => world.server.requests().length === 4)
    const requests = world.server.requests().length
    await source.close()
    expect(await outcome).toMatchObject({ code: 'closed' })
    expect(waits.size).toBe(0)
    expect(world.server.requests()).toHaveLength(requests)
  })

  it('ends open watches and every connection', async () => {
    await using world = await clusterWorld()
    const source = world.source()
    await source.start(ignore)
    for (const plural of ['ingresses', 'ingressclasses', 'services', 'endpointslices']) {
      await world.server.watchOpened(plural)
    }
    await source.close()
    await world.server.until(() => world.server.watches() === 0 && world.server.connections().open === 0)
    expect(world.time.held()).toBe(0)
  })
})

/** A clock that moves by 1 ms whenever it is read, and tells when work began. */
function tellAndTick(tell: () => void): () => number {
  let at = 0
  return () => {
    tell()
    at += 1
    return at
  }
}
