/** Never two leaders, whatever the network, the clocks and the processes do. */

import { describe, expect, it } from 'vitest'
import { type LeaseStore, leaseStore } from './support/lease-store.ts'
import { runSeed, seededRandom } from '../support/seeded-random.ts'
import { type Network, type SimulatedReplica, simulatedReplica } from './support/simulated-replica.ts'
import { type SimulatedTime, simulatedTime } from '../support/simulated-time.ts'

const runs = 120
const runMs = 180_000
const hour = 3_600_000

describe('an election among replicas in a cluster where everything goes wrong', () => {
  it('has never two leaders at one moment, over delays, losses, partitions, pauses, kills, restarts and wrong clocks', async () => {
    const leaders = new Set<string>()
    for (let run = 0; run < runs; run += 1) {
      const seed = runSeed + run
      const world = worldOf(seed, 3)
      mishaps(world, seed, 12)
      await world.time.runUntil(runMs, () => {
        const leading = leadersOf(world)
        for (const each of leading) leaders.add(`${seed}/${each}`)
        if (leading.length > 1)
          throw new Error(`seed ${seed}: ${leading.join(' and ')} lead at ${world.time.monotonicMs()} ms`)
      })
      killAll(world)
    }
    // The runs are worth something only if leadership moved in them.
    expect(leaders.size).toBeGreaterThan(runs * 2)
  })

  it('has never two leaders when somebody deletes the Lease that every replica has seen', async () => {
    let deletions = 0
    for (let run = 0; run < runs; run += 1) {
      const seed = runSeed + 100_000 + run
      const world = worldOf(seed, 3)
      const { time, random } = world
      const deleteOnceSeen = (): void => {
        if (world.replicas.every(replica => replica.election.holder() !== undefined)) {
          deletions += 1
          world.store.delete()
        } else time.schedule(500, deleteOnceSeen)
      }
      time.schedule(5_000 + random() * 60_000, deleteOnceSeen)
      for (let count = 0; count < 6; count += 1) time.schedule(random() * runMs, () => disturb(world))
      await time.runUntil(runMs, () => {
        const leading = leadersOf(world)
        if (leading.length > 1)
          throw new Error(`seed ${seed}: ${leading.join(' and ')} lead at ${time.monotonicMs()} ms`)
      })
      killAll(world)
    }
    expect(deletions).toBeGreaterThan(runs / 2)
  })
})

interface World {
  readonly time: SimulatedTime
  readonly random: () => number
  readonly store: LeaseStore
  readonly replicas: SimulatedReplica[]
  start(): void
}

function worldOf(seed: number, size: number): World {
  const time = simulatedTime()
  const random = seededRandom(seed)
  const store = leaseStore()
  // From a good network to one in which hardly a renewal arrives in time.
  const badness = random()
  const network: Network = {
    maxDelayMs: 10 + badness * 6_000,
    lostRequests: badness * 0.3,
    lostAnswers: random() * 0.4,
  }
  const replicas: SimulatedReplica[] = []
  const start = (): void => {
    const identity = `replica-${replicas.length}`
    replicas.push(simulatedReplica({ identity, store, time, random, network, skewMs: (random() - 0.5) * 2 * hour }))
  }
  for (let count = 0; count < size; count += 1) time.schedule(random() * 3_000, start)
  return { time, random, store, replicas, start }
}

function mishaps(world: World, seed: number, count: number): void {
  const random = seededRandom(seed + 1_000_000)
  for (let each = 0; each < count; each += 1) {
    world.time.schedule(random() * runMs, () => {
      const replica = pick(world)
      if (random() < 0.6 || !replica) return disturb(world)
      if (random() < 0.5) replica.kill()
      else void replica.close()
      return world.start()
    })
  }
}

/** Something that passes: a cut network or a stopped process, of the leader more often than not. */
function disturb(world: World): void {
  const { time, random } = world
  const replica = pick(world)
  const untilMs = time.monotonicMs() + random() * 40_000
  if (random() < 0.5) replica?.cutOff(untilMs)
  else replica?.pause(untilMs)
}

function pick({ replicas, random }: World): SimulatedReplica | undefined {
  const living = replicas.filter(replica => replica.state() === 'running')
  const leader = living.find(replica => replica.election.role() === 'leader')
  return leader && random() < 0.7 ? leader : living[Math.floor(random() * living.length)]
}

/** A replica that was killed leads no more; one that is stopped or cut off may believe it does. */
function leadersOf({ replicas }: World): readonly string[] {
  return replicas
    .filter(each => each.state() !== 'killed' && each.election.role() === 'leader')
    .map(each => each.identity)
}

function killAll({ replicas }: World): void {
  for (const replica of replicas) replica.kill()
}
