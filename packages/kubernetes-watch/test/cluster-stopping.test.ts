import { describe, expect, it } from 'vitest'
import type { Schedule } from '../src/index.ts'
import { clusterWorld } from './cluster-world.ts'

const ignore = (): void => undefined

describe('clusterSource, when it is closed,', () => {
  it.each(['list', 'watch'] as const)('gives up a %s that was never answered', async verb => {
    await using world = await clusterWorld()
    world.server.failNext({ verb, times: Infinity, answer: { kind: 'hang' } })
    const source = world.source()
    const started = source.start(ignore)
    const outcome = started.then(
      () => 'started',
      (error: unknown) => error,
    )
    await world.server.until(() => world.server.requests().filter(request => request.verb === verb).length >= 4)
    await source.close()
    await world.server.until(() => world.server.connections().open === 0)
    expect(await outcome).toEqual(verb === 'watch' ? 'started' : expect.objectContaining({ code: 'closed' }))
    expect(world.server.requests().every(request => request.verb !== 'watch' || verb === 'watch')).toBe(true)
  })

  it('ends the waits between attempts', async () => {
    await using world = await clusterWorld()
    world.server.failNext({ verb: 'list', times: Infinity, answer: { kind: 'status', code: 500 } })
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
