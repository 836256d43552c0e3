/** How fast statuses are written, and that they end up right whatever goes wrong on the way. */

import type { KubernetesObject } from '@ingresskit/kubernetes-watch'
import { describe, expect, it } from 'vitest'
import { addressesKey, type LoadBalancerIngress } from '../../src/cluster/status-address.ts'
import { statusWriter, type StatusWriter } from '../../src/cluster/status-writer.ts'
import { type Fate, ingressStore, type IngressStore } from './support/ingress-store.ts'
import { runSeed, seededRandom } from '../support/seeded-random.ts'
import { simulatedTime, type SimulatedTime } from '../support/simulated-time.ts'

const address = { ip: '203.0.113.10' } as const
const name = { hostname: 'lb.example.com' } as const
const foreign = { ip: '192.0.2.1' } as const
const foreignKey = addressesKey([foreign])
const served: Fate = { delayMs: 5, outcome: 'served' }

describe('a writer with many Ingresses', () => {
  it('has at most 8 requests under way', async () => {
    const { time, store, writer } = worldOf(300)
    writer.update(store.snapshot(), [address])
    await time.run(60_000)
    expect(store.mostAtOnce()).toBe(8)
  })

  it('writes 100 at once and then 20 a second', async () => {
    const { time, store, writer } = worldOf(1_000)
    writer.update(store.snapshot(), [address])
    await time.run(5_000)
    expect(writer.writes()).toBeGreaterThanOrEqual(195)
    expect(store.requestTimesMs().length).toBeLessThanOrEqual(202)
    await time.run(10_000)
    expect(store.requestTimesMs().length).toBeLessThanOrEqual(402)
    await time.run(40_000)
    expect(writer.writes()).toBe(1_000)
  })

  it('looks only at those that changed', async () => {
    const { time, store, writer } = worldOf(50)
    writer.update(store.snapshot(), [address])
    await time.run(10_000)
    writer.update(store.snapshot(), [address])
    const untouched = new Map([...store.snapshot()].map(([key, object]) => [key, sealed(object)]))
    writer.update(untouched, [address])
    expect(() => writer.update(untouched, [address])).not.toThrow()
    expect(reads).toBe(50)
  })
})

describe('a writer and somebody who overwrites each status at once', () => {
  it('give up less and less time to each other', async () => {
    const { time, store, writer } = worldOf(1)
    const [key = ''] = store.snapshot().keys()
    for (let each = 0; each < 3_000; each += 1) {
      if (store.status(key) !== foreignKey) store.set(key, [foreign])
      writer.update(store.snapshot(), [address])
      await time.run(100)
    }
    // In 5 minutes: at first, at once, then after 1, 2, 4, 8, 16, 32 and each 60 s, and up to half as much again.
    expect(writer.writes()).toBeGreaterThanOrEqual(8)
    expect(writer.writes()).toBeLessThanOrEqual(12)
    expect(writer.problems()).toMatchObject([{ reason: 'StatusContested' }])
  })
})

describe('an Ingress', () => {
  it('that goes while it is written is not written again, whatever the answer', async () => {
    const { time, store, writer } = worldOf(1, () => ({ delayMs: 5, outcome: { status: 500 } }))
    writer.update(store.snapshot(), [address])
    writer.update(new Map(), [address])
    await time.run(600_000)
    expect(store.requestTimesMs()).toHaveLength(1)
    expect(writer.problems()).toEqual([])
  })

  it('that was made anew is written at once, and nobody is said to have overwritten it', async () => {
    const { time, store, writer } = worldOf(1)
    const [key = ''] = store.snapshot().keys()
    writer.update(store.snapshot(), [address])
    await time.run(100)
    store.delete(key)
    store.create(key)
    writer.update(store.snapshot(), [address])
    await time.run(100)
    expect(store.status(key)).toBe(addressesKey([address]))
    expect(writer.problems()).toEqual([])
  })
})

describe('a writer over an API server, a watch and people that do what they like', () => {
  it('has every status right once they stop', async () => {
    for (let run = 0; run < 30; run += 1) {
      const seed = runSeed + run
      expect({ seed, ...(await endOf(seed)) }).toEqual({ seed, wrong: [], problems: [], laterWrites: 0 })
    }
  })
})

/** What is left of a run after a quiet time. */
async function endOf(seed: number): Promise<object> {
  const random = seededRandom(seed)
  let mood: 'bad' | 'good' = 'bad'
  const { time, store, writer } = worldOf(10, () => (mood === 'good' ? served : anyFate(random)))
  let wanted: readonly LoadBalancerIngress[] = [address]
  // The watch shows what was true up to 8 s ago.
  const see = (): void => {
    const seen = store.snapshot()
    time.schedule(mood === 'bad' ? random() * 8_000 : 100, () => writer.update(seen, wanted))
  }
  see()
  for (let step = 0; step < 60; step += 1) {
    await time.run(random() * 3_000)
    const key = `ns-${Math.floor(random() * 3)}/${Math.floor(random() * 10)}`
    const what = random()
    if (what < 0.1) wanted = random() < 0.5 ? [address] : [name, address]
    else if (what < 0.3 && store.status(key) !== undefined) store.set(key, [foreign])
    else if (what < 0.4) store.delete(key)
    else if (what < 0.5 && store.status(key) === undefined) store.create(key)
    see()
  }
  await time.run(10_000)
  mood = 'good'
  // Longer than any wait: 5 minutes after a refusal, and the requests whose answers were lost.
  for (let each = 0; each < 500; each += 1) {
    see()
    await time.run(1_000)
  }
  const right = addressesKey(wanted)
  const before = writer.writes()
  await writer.settled()
  await time.run(600_000)
  return {
    wrong: [...store.snapshot().keys()].filter(key => store.status(key) !== right),
    problems: writer.problems().filter(({ reason }) => reason !== 'StatusContested'),
    laterWrites: writer.writes() - before,
  }
}

function anyFate(random: () => number): Fate {
  const delayMs = random() * 4_000
  const what = random()
  if (what < 0.5) return { delayMs, outcome: 'served' }
  if (what < 0.65) return { delayMs, outcome: 'answer-lost' }
  return { delayMs, outcome: { status: [403, 409, 422, 429, 500, 503][Math.floor(random() * 6)] ?? 500 } }
}

let reads = 0
/** Counts how often its status is looked at. */
function sealed(object: KubernetesObject): KubernetesObject {
  return Object.defineProperty({ ...object }, 'status', {
    get: () => {
      reads += 1
      return object['status']
    },
  })
}

function worldOf(
  size: number,
  fate: () => Fate = () => served,
): { readonly time: SimulatedTime; readonly store: IngressStore; readonly writer: StatusWriter } {
  const time = simulatedTime()
  const store = ingressStore(time, fate)
  for (let each = 0; each < size; each += 1) store.create(`ns-${each % 3}/${each}`)
  const writer = statusWriter({
    api: store.api,
    schedule: time.schedule,
    monotonicMs: time.monotonicMs,
    random: () => 0.5,
    onFailure: () => undefined,
  })
  return { time, store, writer }
}
