/** Shared counts under real threads that change them at the same time. */

import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { expect, it } from 'vitest'
import { leastConn } from '../src/least-conn.ts'
import { sharedInFlight } from '../src/shared-in-flight.ts'
import { sharedInFlightSlots } from '../src/shared-in-flight-slots.ts'
import type { CountingTask } from './counting-thread.ts'

const keys = Array.from({ length: 10 }, (_, index) => `10.0.0.${index}:80`)
const program = new URL('counting-thread.ts', import.meta.url)

it('loses no change when three threads make hundreds of thousands at the same time', async () => {
  const slots = sharedInFlightSlots({ threads: 4 })
  const change = slots.assign(keys, { revision: 1, seenByAll: 0 })
  if (change === undefined) throw new Error('no slots were assigned')
  const view = sharedInFlight(slots.memory, 0)
  view.apply(change)
  const balancer = leastConn(
    keys.map(key => ({ key })),
    { inFlight: view },
  )
  const counts = await Promise.all(
    [1, 2, 3].map(async thread => {
      const task: CountingTask = { memory: slots.memory, change, thread, keys, requests: 100_000, left: 17 * thread }
      const worker = new Worker(program, { workerData: task, execArgv: [] })
      const [said] = (await once(worker, 'message')) as [Readonly<Record<string, number>>]
      return said
    }),
  )
  for (const key of keys) {
    expect(view.count(key)).toBe(counts.reduce((sum, of) => sum + (of[key] ?? 0), 0))
  }
  expect(keys.reduce((sum, key) => sum + view.count(key), 0)).toBe(17 + 34 + 51)
  // 100,000 starts each, and an end of all but those that are left: 599,898 changes, all of them announced.
  expect(view.changeCount()).toBe(3 * 200_000 - (17 + 34 + 51))
  // A reader that looked away all the time still picks one of the least loaded.
  const picked = balancer.pick({})
  const lowest = Math.min(...keys.map(key => view.count(key)))
  expect(picked.kind === 'picked' && view.count(picked.endpoint.key)).toBe(lowest)

  for (const thread of [1, 2, 3]) slots.clear(thread)
  expect(keys.map(key => view.count(key))).toEqual(keys.map(() => 0))
})
