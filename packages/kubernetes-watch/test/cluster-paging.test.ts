import { describe, expect, it } from 'vitest'
import { clusterWorld, type ClusterWorld } from './cluster-world.ts'
import { service } from './object-source-world.ts'
import { scriptedWorld } from './scripted-world.ts'

const ignore = (): void => undefined
const limits = (world: ClusterWorld): readonly (string | null)[] =>
  world.server
    .requests()
    .filter(({ verb, plural }) => verb === 'list' && plural === 'services')
    .map(({ query }) => query.get('limit'))

describe('clusterSource, reading pages,', () => {
  it('asks for 10 objects first, and then for as many as make about 1 MiB', async () => {
    await using world = await clusterWorld({}, 'pages')
    for (let index = 0; index < 601; index += 1) await world.put(service(`shop/s${index}`))
    const { objects } = await world.source().start(ignore)
    expect(objects.Service.size).toBe(601)
    expect(limits(world)).toEqual(['10', '500', '500'])
  })

  it('asks for fewer when they are large', async () => {
    await using world = await scriptedWorld('services')
    const refused = await world.api.request('services', 1)
    refused.answer(422)
    refused.end()
    const list = await world.api.request('services', 2)
    list.answer(200)
    const annotations = { large: 'x'.repeat(100_000) }
    const items = Array.from({ length: 30 }, (_, index) => ({
      metadata: { name: `s${index}`, namespace: 'shop', annotations },
    }))
    list.send(JSON.stringify({ metadata: { resourceVersion: '7', continue: 'next' }, items }))
    list.end()
    const next = await world.api.request('services', 3)
    expect(Object.fromEntries(next.query)).toEqual({ limit: '10', continue: 'next' })
  })

  it.each([410, 400])('begins again without pages when a page is answered with %i', async code => {
    await using world = await clusterWorld({}, 'pages')
    for (let index = 0; index < 150; index += 1) await world.put(service(`shop/s${index}`))
    const source = world.source()
    const started = source.start(ignore)
    await world.server.until(() => limits(world).length === 1)
    world.server.failNext({ verb: 'list', plural: 'services', answer: { kind: 'status', code } })
    const { objects, problems } = await started
    expect(objects.Service.size).toBe(150)
    expect(problems).toEqual([])
    expect(limits(world)).toEqual(['10', '500', null])
  })
})
