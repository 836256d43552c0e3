/** What the last replica takes off the Ingresses, and what it leaves. */

import { beforeEach, describe, expect, it } from 'vitest'
import { addressesKey } from '../../src/cluster/status-address.ts'
import { statusWriter, type StatusWriter } from '../../src/cluster/status-writer.ts'
import { type Fate, ingressStore, type IngressStore } from './support/ingress-store.ts'
import { simulatedTime, type SimulatedTime } from '../support/simulated-time.ts'

const address = { ip: '203.0.113.10' } as const
const ours = addressesKey([address])
const foreign = addressesKey([{ ip: '192.0.2.1' }])
let time: SimulatedTime
let fate: Fate
let store: IngressStore
let writer: StatusWriter

beforeEach(() => {
  time = simulatedTime()
  fate = { delayMs: 5, outcome: 'served' }
  store = ingressStore(time, () => fate)
  writer = writerOf(() => true)
})

describe('clearing', () => {
  it('empties the statuses that are ours, also those the watch has not shown yet, and no others', async () => {
    for (const key of ['shop/a', 'shop/b', 'shop/c']) store.create(key)
    await write()
    store.set('shop/b', [{ ip: '192.0.2.1' }])
    writer.update(new Map([...store.snapshot()].filter(([key]) => key !== 'shop/c')), [address])
    const cleared = writer.clear()
    await time.run(1_000)
    await cleared
    expect(store.status('shop/a')).toBe('')
    // It was overwritten, seen, and put right at once: that write was under way.
    expect(store.status('shop/b')).toBe('')
    expect(store.status('shop/c')).toBe(ours)
  })

  it('leaves an Ingress that somebody else has overwritten since, although the watch shows ours', async () => {
    store.create('shop/a')
    await write()
    store.set('shop/a', [{ ip: '192.0.2.1' }])
    const cleared = writer.clear()
    await time.run(1_000)
    await cleared
    expect(store.status('shop/a')).toBe(foreign)
  })

  it('empties an Ingress that has changed in between but not in its status', async () => {
    store.create('shop/a')
    await write()
    writer.update(store.snapshot(), [address])
    store.set('shop/a', [{ ip: '203.0.113.10' }])
    const cleared = writer.clear()
    await time.run(1_000)
    await cleared
    expect(store.status('shop/a')).toBe('')
  })

  it('is not held back by the rate of 20 a second, and does 8 at a time', async () => {
    for (let each = 0; each < 400; each += 1) store.create(`shop/${each}`)
    await write()
    const before = store.requestTimesMs().length
    const startedMs = time.monotonicMs()
    const cleared = writer.clear()
    await time.run(5_000)
    await cleared
    expect(store.requestTimesMs().slice(before)).toHaveLength(400)
    expect(store.requestTimesMs().at(-1)).toBeLessThan(startedMs + 500)
    expect(store.mostAtOnce()).toBe(8)
  })

  it('tries three times what fails, and then gives it up', async () => {
    store.create('shop/a')
    await write()
    fate = { delayMs: 5, outcome: { status: 500 } }
    const cleared = writer.clear()
    await time.run(60_000)
    await cleared
    expect(store.requestTimesMs()).toHaveLength(4)
    expect(store.status('shop/a')).toBe(ours)
  })

  it('ends when the writer is closed, also in the middle of a wait', async () => {
    store.create('shop/a')
    await write()
    fate = { delayMs: 5, outcome: { status: 500 } }
    const cleared = writer.clear()
    await time.run(10)
    writer.close()
    await cleared
    expect(store.requestTimesMs()).toHaveLength(2)
  })

  it('does nothing when this replica may not write', async () => {
    store.create('shop/a')
    await write()
    let may: 'yes' | 'no' = 'yes'
    const later = writerOf(() => may === 'yes')
    later.update(store.snapshot(), [address])
    may = 'no'
    await later.clear()
    expect(store.status('shop/a')).toBe(ours)
  })

  it('is the last that is done', async () => {
    store.create('shop/a')
    await write()
    const cleared = writer.clear()
    await time.run(1_000)
    await cleared
    writer.update(store.snapshot(), [address])
    await time.run(60_000)
    expect(store.status('shop/a')).toBe('')
    writer.close()
    expect(time.timers()).toBe(0)
  })
})

async function write(): Promise<void> {
  writer.update(store.snapshot(), [address])
  await time.run(60_000)
  for (const key of store.snapshot().keys()) expect(store.status(key)).toBe(ours)
}

function writerOf(mayWrite: () => boolean): StatusWriter {
  const { schedule, monotonicMs } = time
  return statusWriter({
    api: store.api,
    schedule,
    monotonicMs,
    random: () => 0,
    onFailure: () => undefined,
    mayWrite,
  })
}
