import { describe, expect, it } from 'vitest'
import { checkMs, propagationMs } from '../../src/webhook/certificate-rotation.ts'
import { runSeed } from '../support/seeded-random.ts'
import { authoritiesIn, verifies } from './support/bundles.ts'
import { RandomValues } from './support/random-values.ts'
import { SimulatedCluster } from './support/simulated-cluster.ts'
import { SimulatedReplica, simulatedValidityMs } from './support/simulated-replica.ts'
import { simulatedTime } from '../support/simulated-time.ts'

const startMs = Date.UTC(2030, 0, 1)
const hourMs = 3_600_000
const minuteMs = 60_000
/** API servers that are later than this are beyond what a rotation waits for. */
const latestMs = propagationMs - 5000

class World {
  readonly time = simulatedTime(startMs)
  readonly random: RandomValues
  readonly cluster: SimulatedCluster
  readonly #replicas = new Map<string, SimulatedReplica>()
  readonly #known = new Map<string, Map<string, boolean>>()
  checks = 0

  constructor(seed: number) {
    this.random = new RandomValues(seed)
    this.cluster = new SimulatedCluster(this.time, this.random)
  }

  get replicas(): readonly SimulatedReplica[] {
    return [...this.#replicas.values()]
  }

  async start(name: string): Promise<SimulatedReplica> {
    const replica = await SimulatedReplica.start(name, this)
    this.#replicas.set(name, replica)
    return replica
  }

  forget(name: string): void {
    this.#replicas.delete(name)
  }

  async runFor(durationMs: number, looks: 'looking' | 'not-looking' = 'looking'): Promise<void> {
    await this.time.run(durationMs, () => looks === 'looking' && this.#look())
  }

  /** Every replica that says it is ready has a certificate that every API server accepts, however late it is. */
  #look(): void {
    const bundles = this.cluster.bundlesSince(latestMs)
    for (const { name, certificatePem } of this.replicas) {
      if (certificatePem === undefined) continue
      for (const bundle of bundles) {
        this.checks += 1
        if (!this.#verifies(certificatePem, bundle))
          throw new Error(`${name} serves what a client does not know after ${this.time.now() - startMs} ms`)
      }
    }
  }

  /** Looked up, as each pair is seen thousands of times; certificates that have ended are none of a replica that says it is ready. */
  #verifies(certificatePem: string, bundle: string): boolean {
    const ofCertificate = this.#known.get(certificatePem) ?? new Map<string, boolean>()
    this.#known.set(certificatePem, ofCertificate)
    const known = ofCertificate.get(bundle) ?? verifies(certificatePem, bundle, this.time.now())
    ofCertificate.set(bundle, known)
    return known
  }
}

describe('three replicas', () => {
  it('serve what every API server can verify at every moment, through renewals, lost requests and outages', async () => {
    for (let run = 0; run < 2; run += 1) {
      const world = new World(runSeed + run)
      world.cluster.faultRate = 0.1
      await Promise.all(['one', 'two', 'three'].map(async name => world.start(name)))
      for (let hour = 0; hour < 6; hour += 1) {
        await world.runFor(world.random.integer(10, 40) * minuteMs)
        world.cluster.awayUntilMs = world.time.now() + world.random.integer(1, 15) * minuteMs
        await world.runFor(20 * minuteMs)
      }
      expect(world.checks).toBeGreaterThan(1000)
      // Never unready again after the start, and renewed about once an hour.
      for (const replica of world.replicas) {
        expect(replica.readiness.filter(reason => reason === undefined)).toHaveLength(1)
        expect(replica.notReady).toBeUndefined()
        expect(replica.served).toBeGreaterThanOrEqual(3)
      }
    }
  })

  it('also while some are killed and started again, or leave for good', async () => {
    const world = new World(runSeed)
    world.cluster.faultRate = 0.05
    await Promise.all(['one', 'two', 'three'].map(async name => world.start(name)))
    for (let change = 0; change < 8; change += 1) {
      await world.runFor(world.random.integer(1, 40) * minuteMs)
      const leaving = world.random.one(world.replicas)
      if (world.random.number() < 0.6) {
        leaving.kill()
        await world.start(leaving.name)
      } else {
        void leaving.close()
        world.forget(leaving.name)
        await world.start(`new-${change}`)
      }
    }
    world.cluster.faultRate = 0
    await world.runFor(10 * minuteMs)
    for (const replica of world.replicas) expect(replica.notReady).toBeUndefined()
    // Nothing is left of who had the same names before; who could not say goodbye stays until it expires.
    await world.runFor(simulatedValidityMs + 2 * hourMs, 'not-looking')
    expect(authoritiesIn(world.cluster.bundle).length).toBeLessThanOrEqual(6)
  })
})

describe('a replica', () => {
  it('is ready when its authority has been in the bundle for a while, and leaves nothing behind', async () => {
    const world = new World(1)
    const replica = await world.start('one')
    expect(replica.notReady).toBe('the certificate authority is not in caBundle: it has not been written yet')
    await world.runFor(10_000)
    expect(authoritiesIn(world.cluster.bundle)).toHaveLength(1)
    expect(replica.notReady).toBe('API servers may not have read caBundle yet')
    await world.runFor(propagationMs)
    expect(replica.notReady).toBeUndefined()
    expect(replica.readiness.at(-1)).toBeUndefined()
    const closed = replica.close()
    await world.runFor(10_000)
    await closed
    expect(world.cluster.bundle).toBe('')
  })

  it('has two authorities in the bundle only while it changes its certificate', async () => {
    const world = new World(2)
    const replica = await world.start('one')
    await world.runFor(simulatedValidityMs / 2 - 5 * minuteMs)
    expect([replica.served, authoritiesIn(world.cluster.bundle).length]).toEqual([1, 1])
    const looks: { readonly served: number; readonly authorities: number; readonly atMs: number }[] = []
    await world.time.run(10 * minuteMs, () => {
      const authorities = authoritiesIn(world.cluster.bundle).length
      looks.push({ served: replica.served, authorities, atMs: world.time.now() })
    })
    expect(Math.max(...looks.map(({ authorities }) => authorities))).toBe(2)
    expect(looks.at(-1)).toMatchObject({ served: 2, authorities: 1 })
    // The old one stays for handshakes that had begun when the certificate changed.
    const changedAtMs = looks.find(({ served }) => served === 2)?.atMs ?? 0
    const justAfter = looks.filter(({ served, atMs }) => served === 2 && atMs < changedAtMs + 10_000)
    expect(new Set(justAfter.map(({ authorities }) => authorities))).toEqual(new Set([2]))
    const goneAtMs = looks.find(({ served, authorities }) => served === 2 && authorities === 1)?.atMs ?? 0
    expect(goneAtMs - changedAtMs).toBeGreaterThanOrEqual(propagationMs)
  })

  it('does not change its certificate while it cannot read whether the bundle still has the new authority', async () => {
    const world = new World(7)
    const replica = await world.start('one')
    while (authoritiesIn(world.cluster.bundle).length < 2) await world.runFor(1000)
    world.cluster.awayUntilMs = world.time.now() + 10 * minuteMs
    await world.runFor(9 * minuteMs)
    expect(replica.served).toBe(1)
    await world.runFor(5 * minuteMs)
    expect(replica.served).toBe(2)
  })

  it('mends a bundle that somebody overwrote, within little more than a minute', async () => {
    const world = new World(3)
    const replicas = await Promise.all([world.start('one'), world.start('two')])
    await world.runFor(2 * minuteMs)
    world.cluster.overwrite('')
    await world.runFor(1.1 * checkMs + 20_000, 'not-looking')
    expect(authoritiesIn(world.cluster.bundle)).toHaveLength(2)
    await world.runFor(2 * minuteMs, 'not-looking')
    for (const { notReady } of replicas) expect(notReady).toBeUndefined()
    await world.runFor(hourMs)
  })

  it('does not change to a certificate whose authority somebody takes out of the bundle again', async () => {
    const world = new World(4)
    const replica = await world.start('one')
    await world.runFor(simulatedValidityMs / 2 - 2 * minuteMs)
    const onlyOld = world.cluster.bundle
    // Each time the new authority appears it is taken away, for half an hour.
    for (let at = 0; at < 30 * minuteMs; at += 5000) {
      if (world.cluster.bundle !== onlyOld) world.cluster.overwrite(onlyOld)
      await world.runFor(5000)
    }
    expect(replica.served).toBe(1)
    await world.runFor(5 * minuteMs)
    expect(replica.served).toBe(2)
  })

  it('says so when nobody can be reached for so long that its certificate ends, and recovers by itself', async () => {
    const world = new World(5)
    const replica = await world.start('one')
    await world.runFor(minuteMs)
    world.cluster.awayUntilMs = world.time.now() + simulatedValidityMs + hourMs
    await world.runFor(simulatedValidityMs + minuteMs)
    expect(replica.notReady).toMatch(/^the certificate has expired and could not be renewed: cannot get/u)
    expect(replica.failures).not.toHaveLength(0)
    await world.runFor(hourMs + 5 * minuteMs)
    expect(replica.notReady).toBeUndefined()
  })

  it('goes on with the certificate it has when it cannot make another, says so once, and recovers by itself', async () => {
    const world = new World(8)
    const replica = await world.start('one')
    world.cluster.issuing = 'impossible'
    await world.runFor(simulatedValidityMs / 2 + 20 * minuteMs)
    expect(replica.notReady).toBeUndefined()
    expect([replica.served, replica.failures]).toEqual([1, ['cannot make a certificate: no randomness']])
    world.cluster.issuing = 'possible'
    await world.runFor(5 * minuteMs)
    expect(replica.served).toBe(2)
  })

  it('ends without waiting long when nobody can be reached', async () => {
    const world = new World(6)
    const replica = await world.start('one')
    await world.runFor(minuteMs)
    world.cluster.awayUntilMs = Number.POSITIVE_INFINITY
    const closed = replica.close()
    await world.runFor(5000)
    await closed
    expect(authoritiesIn(world.cluster.bundle)).toHaveLength(1)
  })
})
