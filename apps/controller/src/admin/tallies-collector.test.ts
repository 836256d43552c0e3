import { describe, expect, it } from 'vitest'
import type { RequestRecord } from '@ingresskit/proxy'
import { servedRequest } from '../../test/support/request-records.ts'
import { RequestTallies } from './request-tallies.ts'
import { type Collected, TalliesCollector } from './tallies-collector.ts'

const minuteMs = 60_000

function request(ingress: string): RequestRecord {
  return { ...servedRequest, labels: { namespace: 'n', ingress, service: 's', host: '', path: '' } }
}

/** Two threads, an Ingress `live` that is configured, and a clock. */
function twoThreads() {
  const threads = [new RequestTallies(), new RequestTallies()] as const
  const live = new Set(['live'])
  const reads: (readonly string[])[] = []
  let timeMs = 0
  const collector = new TalliesCollector({
    read: async gone => {
      reads.push(gone.series)
      for (const thread of threads) thread.forget(gone)
      return threads.map(thread => thread.snapshot())
    },
    isLive: ({ ingress }) => live.has(ingress),
    isEndpointLive: ({ endpoint }) => live.has(endpoint),
    now: () => timeMs,
  })
  return {
    threads,
    live,
    reads,
    pass: (minutes: number) => {
      timeMs += minutes * minuteMs
    },
    shownAfterCollect: async () => shown(await collector.collect()),
    collect: () => collector.collect(),
  }
}

function shown({ tallies, shown: indices }: Collected): readonly string[] {
  return [...indices].map(index => tallies.series[index]?.split('\n')[1] ?? '?')
}

describe('the collector of tallies', () => {
  it('drops a series that is not configured and had no request for 15 minutes, in every thread', async () => {
    const { threads, reads, pass, shownAfterCollect } = twoThreads()
    threads[0].record(request('gone'))
    threads[1].record(request('gone'))
    threads[1].record(request('live'))
    expect(await shownAfterCollect()).toEqual(['gone', 'live'])
    pass(14)
    expect(await shownAfterCollect()).toEqual(['gone', 'live'])
    pass(1)
    expect(await shownAfterCollect()).toEqual(['live'])
    expect(await shownAfterCollect()).toEqual(['live'])
    expect(reads).toEqual([[], [], [], ['n\ngone\ns']])
    expect(threads.flatMap(thread => thread.snapshot().series)).toEqual(['n\nlive\ns'])
  })

  it('keeps a series that is gone while some thread still serves it', async () => {
    const { threads, pass, shownAfterCollect } = twoThreads()
    threads[0].record(request('gone'))
    for (let scrape = 0; scrape < 5; scrape += 1) {
      threads[1].record(request('gone'))
      expect(await shownAfterCollect()).toEqual(['gone'])
      pass(10)
    }
  })

  it('keeps a series that was judged gone when it is configured again before the next scrape', async () => {
    const { threads, live, pass, shownAfterCollect, collect } = twoThreads()
    threads[0].record(request('back'))
    await collect()
    pass(20)
    expect(await shownAfterCollect()).toEqual([])
    live.add('back')
    expect(await shownAfterCollect()).toEqual(['back'])
  })

  it('lets a series that was dropped begin again', async () => {
    const { threads, pass, shownAfterCollect, collect } = twoThreads()
    threads[0].record(request('gone'))
    await collect()
    pass(20)
    await collect()
    await collect()
    threads[1].record(request('gone'))
    const collected = await collect()
    expect(shown(collected)).toEqual(['gone'])
    expect([...collected.tallies.statusCounts]).toEqual([1])
    pass(14)
    expect(await shownAfterCollect()).toEqual(['gone'])
  })

  it('reads once for all the metrics of a scrape, and again for the next', async () => {
    const { reads, collect } = twoThreads()
    const results = await Promise.all([collect(), collect(), collect()])
    expect(reads).toHaveLength(1)
    expect(new Set(results).size).toBe(1)
    await collect()
    expect(reads).toHaveLength(2)
  })

  it('shows an endpoint that left its Service once more, then has every thread forget it', async () => {
    const { threads, live, collect } = twoThreads()
    live.add('here')
    const on = (endpoint: string): RequestRecord => ({
      ...request('live'),
      attempts: [{ endpoint, outcome: 'answered', latencyMs: 2 }],
    })
    for (const thread of threads) for (const endpoint of ['here', 'left']) thread.record(on(endpoint))
    const keys = async (): Promise<readonly string[]> => (await collect()).tallies.endpoints.keys
    expect(await keys()).toEqual(['n\ns\nhere', 'n\ns\nleft'])
    expect(await keys()).toEqual(['n\ns\nhere'])
    expect(threads.map(thread => thread.snapshot().endpoints.keys)).toEqual([['n\ns\nhere'], ['n\ns\nhere']])
  })

  it('asks again after a read that failed', async () => {
    let tries = 0
    const collector = new TalliesCollector({
      read: async () => {
        tries += 1
        if (tries === 1) throw new Error('a thread is gone')
        return []
      },
      isLive: () => true,
      isEndpointLive: () => true,
      now: () => 0,
    })
    await expect(collector.collect()).rejects.toThrow('a thread is gone')
    expect((await collector.collect()).shown.size).toBe(0)
  })
})
