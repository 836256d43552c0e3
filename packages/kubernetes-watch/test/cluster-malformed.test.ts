import { describe, expect, it } from 'vitest'
import type { ReadHealth } from '../src/index.ts'
import { bookmarkLine, eventLine } from './scripted-api.ts'
import { scriptedWorld, type ScriptedWorld } from './scripted-world.ts'

const line = (type: string, object: unknown): string => `${JSON.stringify({ type, object })}\n`
/** An object that can be named, but not be used. */
const odd = (type: string): string => line(type, { metadata: { name: 'odd', namespace: 'shop', labels: { a: 1 } } })
const health = (world: ScriptedWorld): ReadHealth | undefined =>
  world.source.health().find(({ kind }) => kind === 'Service')

describe('clusterSource, given what it can not read,', () => {
  it.each([
    ['a line that is no JSON', '{"type":"ADDED","object":{\n'],
    ['an event without a name', line('ADDED', { metadata: {} })],
    ['an event without an object', line('ADDED', undefined)],
    ['an event without a namespace', line('ADDED', { metadata: { name: 'x' } })],
    ['an unknown type', line('SURPRISE', { metadata: { name: 'x' } })],
    ['null', 'null\n'],
    ['control characters', '\u0000\u001b[31m\n'],
  ])('goes on after %s, tells of it, and reads everything again', async (_, text) => {
    await using world = await scriptedWorld('services')
    const watch = await world.api.request('services', 1)
    watch.answer(200)
    watch.send(eventLine('ADDED', 'a', 7) + bookmarkLine(8, 'initial-events-end'))
    await world.started
    // In one piece, so that the event after it is read before the watch is given up.
    watch.send(text + eventLine('ADDED', 'b', 9))
    const snapshot = await world.recorder.until(({ objects }) => objects.Service.has('shop/b'))
    expect(snapshot.objects.Service.has('shop/a')).toBe(true)
    expect(snapshot.problems).toMatchObject([{ severity: 'error', reason: 'MalformedAnswer', kind: 'Service' }])

    const again = await world.api.request('services', 2)
    expect(watch.isAborted()).toBe(true)
    expect(again.query.get('sendInitialEvents')).toBe('true')
    again.answer(200)
    again.send(eventLine('ADDED', 'a', 7) + eventLine('ADDED', 'b', 9) + bookmarkLine(10, 'initial-events-end'))
    const mended = await world.recorder.until(({ problems }) => problems.length === 0)
    expect(mended.objects.Service.size).toBe(2)
    expect(health(world)).toMatchObject({ state: 'watching', lists: 2, watches: 2, failures: 0, malformed: 1 })
  })

  it('serves the others while one object stays malformed, keeps what was known of it, and asks ever less often', async () => {
    await using world = await scriptedWorld('services')
    const first = await world.api.request('services', 1)
    first.answer(200)
    first.send(eventLine('ADDED', 'a', 7) + eventLine('ADDED', 'odd', 3) + bookmarkLine(8, 'initial-events-end'))
    const known = (await world.started).objects.Service.get('shop/odd')
    first.send(odd('MODIFIED'))
    for (let number = 2; number <= 6; number += 1) {
      const watch = await world.api.request('services', number)
      watch.answer(200)
      watch.send(odd('ADDED') + eventLine('ADDED', `new-${number}`, 9) + bookmarkLine(10, 'initial-events-end'))
      const snapshot = await world.recorder.until(({ objects }) => objects.Service.has(`shop/new-${number}`))
      expect(snapshot.objects.Service.get('shop/odd')).toBe(known)
      expect(snapshot.problems).toMatchObject([{ reason: 'MalformedAnswer', namespace: 'shop', name: 'odd' }])
      expect(snapshot.problems[0]?.message).toContain(
        'the API server sent an object whose labels are no texts ("shop/odd") among services; the other services are served',
      )
    }
    await world.api.request('services', 7)
    expect(health(world)).toMatchObject({ lists: 6, malformed: 6 })
    for (const delayMs of [1000, 2000, 4000, 8000, 16_000, 32_000]) expect(world.time.delays()).toContain(delayMs)
  })

  it('serves the other items of a page', async () => {
    await using world = await scriptedWorld('services')
    const refused = await world.api.request('services', 1)
    refused.answer(422)
    refused.end()
    const list = await world.api.request('services', 2)
    list.answer(200)
    const items = [null, { metadata: { name: 'x', namespace: 7 } }, { metadata: { name: 'a', namespace: 'shop' } }]
    list.send(JSON.stringify({ metadata: { resourceVersion: '7' }, items }))
    list.end()
    const { objects, problems } = await world.started
    expect([...objects.Service.keys()]).toEqual(['shop/a'])
    expect(problems.map(({ reason, name }) => [reason, name])).toEqual([
      ['MalformedAnswer', undefined],
      ['MalformedAnswer', 'x'],
    ])
  })

  it('names few of many', async () => {
    await using world = await scriptedWorld('services')
    const watch = await world.api.request('services', 1)
    watch.answer(200)
    const many = Array.from({ length: 100 }, (_, index) => line('ADDED', { metadata: { name: `n${index}` } }))
    watch.send(many.join('') + bookmarkLine(8, 'initial-events-end'))
    expect((await world.started).problems).toHaveLength(10)
    expect(health(world)).toMatchObject({ malformed: 100 })
  })
})
