/** How soon there is a leader again, and what a replica that stops leaves behind. */

import { describe, expect, it } from 'vitest'
import { type LeaseStore, leaseStore } from './support/lease-store.ts'
import { runSeed, seededRandom } from '../support/seeded-random.ts'
import { type SimulatedReplica, simulatedReplica } from './support/simulated-replica.ts'
import { type SimulatedTime, simulatedTime } from '../support/simulated-time.ts'

const runs = 60
const network = { maxDelayMs: 100, lostRequests: 0, lostAnswers: 0 }
const leaseMs = 15_000
const retryMs = 2_000
const hour = 3_600_000

describe('an election among replicas with a good network and clocks that are hours apart', () => {
  it('has a leader within the lease duration and two retry periods after the old one was killed', async () => {
    await eachRun(async world => {
      const { time } = world
      await time.run(5_000 + world.random() * 60_000)
      leaderOf(world)?.kill()
      await time.run(leaseMs + 2 * retryMs)
      expect(leaderOf(world)).toBeDefined()
    })
  })

  it('has a leader within two retry periods after the old one was closed', async () => {
    await eachRun(async world => {
      const { time } = world
      await time.run(5_000 + world.random() * 60_000)
      const old = leaderOf(world)
      void old?.close()
      expect(old?.election.role()).toBe('follower')
      await time.run(2 * retryMs)
      expect(leaderOf(world)).toBeDefined()
    })
  })

  it('keeps its leader, who makes the Lease anew, when somebody deletes it', async () => {
    await eachRun(async world => {
      const { time } = world
      await time.run(8_000 + world.random() * 30_000)
      const leader = leaderOf(world)
      world.store.delete()
      await time.run(2 * retryMs)
      expect(world.store.spec()?.['holderIdentity']).toBe(leader?.identity)
      expect(leaderOf(world)).toBe(leader)
    })
  })

  it('keeps one leader for as long as nothing happens, at one request per retry period and replica', async () => {
    await eachRun(async world => {
      const { time } = world
      await time.run(8_000)
      const leader = leaderOf(world)
      const before = world.replicas.map(replica => replica.requests())
      await time.runUntil(time.monotonicMs() + 120_000, () => {
        if (leaderOf(world) !== leader) throw new Error(`${world.name}: the leader changed`)
      })
      const asked = world.replicas.map((replica, index) => replica.requests() - (before[index] ?? 0))
      expect(Math.max(...asked)).toBeLessThanOrEqual(120_000 / retryMs + 1)
    })
  })

  it('counts each change of the holder in the Lease', async () => {
    await eachRun(async world => {
      const { time } = world
      await time.run(8_000)
      expect(world.store.spec()?.['leaseTransitions']).toBe(0)
      void leaderOf(world)?.close()
      await time.run(2 * retryMs)
      expect(world.store.spec()?.['leaseTransitions']).toBe(1)
      expect(leaderOf(world)?.election.transitions()).toBe(1)
    })
  })
})

describe('a leader', () => {
  it('stops leading at its deadline while no renewal succeeds, and leads again once one does', async () => {
    const world = worldOf(runSeed, 1)
    const { time } = world
    await time.run(5_000)
    const [replica] = world.replicas
    replica?.cutOff(time.monotonicMs() + 30_000)
    await time.run(10_000)
    expect(replica?.election.role()).toBe('follower')
    await time.run(20_000 + 3 * retryMs)
    expect(replica?.election.role()).toBe('leader')
  })

  it('knows right after it was stopped for long that it leads no longer, before any timer has run', async () => {
    const world = worldOf(runSeed, 1)
    const { time } = world
    await time.run(5_000)
    const [replica] = world.replicas
    replica?.pause(time.monotonicMs() + 60_000)
    await time.run(10_000)
    expect(replica?.election.role()).toBe('follower')
  })
})

interface World {
  readonly name: string
  readonly time: SimulatedTime
  readonly random: () => number
  readonly store: LeaseStore
  readonly replicas: readonly SimulatedReplica[]
}

async function eachRun(check: (world: World) => Promise<void>): Promise<void> {
  for (let run = 0; run < runs; run += 1) {
    const world = worldOf(runSeed + run, 3)
    try {
      await check(world)
    } catch (cause) {
      throw new Error(`${world.name}: ${String(cause)}`, { cause })
    }
    for (const replica of world.replicas) replica.kill()
  }
}

function worldOf(seed: number, size: number): World {
  const time = simulatedTime()
  const random = seededRandom(seed)
  const store = leaseStore()
  const replicas = Array.from({ length: size }, (_, index) =>
    simulatedReplica({
      identity: `replica-${index}`,
      store,
      time,
      random,
      network,
      skewMs: (random() - 0.5) * 2 * hour,
    }),
  )
  return { name: `seed ${seed}`, time, random, store, replicas }
}

function leaderOf({ replicas }: World): SimulatedReplica | undefined {
  return replicas.find(each => each.state() === 'running' && each.election.role() === 'leader')
}
