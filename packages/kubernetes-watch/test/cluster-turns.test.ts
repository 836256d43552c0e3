// How long reading keeps the event loop: by a clock that moves by 1 ms whenever work looks at it, before each object.
import { describe, expect, it } from 'vitest'
import { bookmarkLine, eventLine } from './scripted-api.ts'
import { scriptedWorld } from './scripted-world.ts'

/** Of work between two turns; one more object may be begun, and a turn looks at the clock when it begins. */
const mostLooks = 13
const count = 2000

interface TurnCounter {
  readonly now: () => number
  /** Counts from now on, once what goes on has come to rest. */
  begin(): Promise<void>
  /** The most that was looked at the clock between two turns of the event loop, since then. */
  most(): number
  stop(): void
}

function turnCounter(): TurnCounter {
  let at = 0
  let looks = 0
  let most = 0
  let isOn = true
  const turn = (): void => {
    most = Math.max(most, looks)
    looks = 0
    if (isOn) setImmediate(turn)
  }
  turn()
  return {
    now: () => {
      at += 1
      looks += 1
      return at
    },
    begin: async () => {
      for (let round = 0; round < 20; round += 1) await new Promise(setImmediate)
      most = 0
    },
    most: () => most,
    stop: () => {
      isOn = false
    },
  }
}

const names = Array.from({ length: count }, (_, index) => `s${index}`)

describe('clusterSource, given very much at once,', () => {
  it('lets others have their turn every 10 ms while it reads initial events, and then events', async () => {
    const counter = turnCounter()
    await using world = await scriptedWorld('services', { now: counter.now })
    const watch = await world.api.request('services', 1)
    watch.answer(200)
    await counter.begin()
    watch.send(names.map(name => eventLine('ADDED', name, 7)).join('') + bookmarkLine(41, 'initial-events-end'))
    expect((await world.started).objects.Service.size).toBe(count)
    expect(counter.most()).toBeLessThanOrEqual(mostLooks)

    await counter.begin()
    watch.send(names.map(name => eventLine('MODIFIED', name, 50)).join('') + eventLine('ADDED', 'last', 51))
    await world.recorder.until(({ objects }) => objects.Service.has('shop/last'))
    expect(counter.most()).toBeLessThanOrEqual(mostLooks)
    counter.stop()
  })

  it('does so while it takes a page over', async () => {
    const counter = turnCounter()
    await using world = await scriptedWorld('services', { now: counter.now })
    const refused = await world.api.request('services', 1)
    refused.answer(422)
    refused.end()
    const list = await world.api.request('services', 2)
    list.answer(200)
    await counter.begin()
    const items = names.map(name => ({ metadata: { name, namespace: 'shop' } }))
    list.send(JSON.stringify({ metadata: { resourceVersion: '7' }, items }))
    list.end()
    expect((await world.started).objects.Service.size).toBe(count)
    expect(counter.most()).toBeLessThanOrEqual(mostLooks)
    counter.stop()
  })
})
