/** The Lease as an API server gets it, and what people are told when that goes wrong. */

import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Election, startElection } from '../../src/cluster/lease-election.ts'
import { fakeCluster, type FakeCluster, until } from './support/fake-cluster.ts'

const key = 'ingresskit/ingresskit-leader'
const startMs = Date.parse('2026-11-22T22:00:00.000Z')
const retryMs = 2_000
let cluster: FakeCluster
let elections: Election[]
let changes: string[]
let told: string[]
let recoveries: number

beforeEach(async () => {
  cluster = await fakeCluster()
  elections = []
  changes = []
  told = []
  recoveries = 0
})
afterEach(async () => {
  await Promise.all(elections.map(election => election.close()))
  await cluster[Symbol.asyncDispose]()
})

describe('a Lease', () => {
  it('is created by the first replica, in the form client-go gives it', async () => {
    const election = elect('a')
    await until(() => election.role() === 'leader')
    expect(spec()).toEqual({
      holderIdentity: 'a',
      leaseDurationSeconds: 15,
      acquireTime: '2026-11-22T22:00:00.000000Z',
      renewTime: '2026-11-22T22:00:00.000000Z',
      leaseTransitions: 0,
    })
    expect(changes).toEqual(['a: leader (a)'])
  })

  it('is renewed by one update per retry period, which changes the renew time alone', async () => {
    const election = elect('a')
    await until(() => election.role() === 'leader')
    const first = spec()
    await cluster.time.run(retryMs)
    await until(() => requests('update') === 1)
    await until(() => spec()?.['renewTime'] === '2026-11-22T22:00:02.000000Z')
    expect(spec()).toEqual({ ...first, renewTime: '2026-11-22T22:00:02.000000Z' })
    expect([requests('get'), requests('create')]).toEqual([1, 1])
  })

  it('keeps the labels and the fields of others when it is renewed', async () => {
    lease({ holderIdentity: '', leaseTransitions: 3, strategy: 'x' }, { labels: { team: 'edge' } })
    const election = elect('a')
    await until(() => election.role() === 'leader')
    expect(spec()).toMatchObject({ holderIdentity: 'a', leaseTransitions: 4, strategy: 'x' })
    expect(cluster.server.get('Lease', key)?.metadata).toMatchObject({ labels: { team: 'edge' } })
    expect(election.transitions()).toBe(4)
  })

  it('is left to its holder, whatever its clock says, until it did not change for its duration', async () => {
    const renewTime = '1999-01-01T00:00:00.000000Z'
    lease({ holderIdentity: 'old', leaseDurationSeconds: 15, renewTime, leaseTransitions: 0 })
    const election = elect('a')
    await until(() => election.holder() === 'old')
    for (let passedMs = 0; passedMs < 14_000; passedMs += retryMs) await nextAttempt()
    expect([election.role(), election.holder()]).toEqual(['follower', 'old'])
    // The next attempt comes when the holder's time is over, not a whole period after the last one.
    await cluster.time.run(1_000)
    await until(() => election.role() === 'leader')
    expect(spec()).toMatchObject({ holderIdentity: 'a', leaseTransitions: 1 })
    expect(changes).toEqual(['a: follower (old)', 'a: leader (a)'])
  })

  it('is left to whoever was faster', async () => {
    const [a, b] = [elect('a'), elect('b')]
    await until(() => a.role() === 'leader' || b.role() === 'leader')
    await until(() => requests('create') === 2 || requests('get') === 3)
    await nextAttempt()
    await until(() => a.holder() !== undefined && a.holder() === b.holder())
    expect([a.role(), b.role()].sort()).toEqual(['follower', 'leader'])
    expect(told).toEqual([])
  })

  it('that somebody else has taken makes a leader a follower at once', async () => {
    const election = elect('a')
    await until(() => election.role() === 'leader')
    lease({ holderIdentity: 'usurper', leaseDurationSeconds: 15, leaseTransitions: 1 })
    await cluster.time.run(retryMs)
    await until(() => election.role() === 'follower')
    expect([election.holder(), election.transitions()]).toEqual(['usurper', 1])
  })

  it('that an earlier write of ours has taken although its answer was lost is ours', async () => {
    const acquireTime = '2026-11-22T21:00:00.000000Z'
    lease({ holderIdentity: 'a', leaseDurationSeconds: 15, leaseTransitions: 7, acquireTime })
    const election = elect('a')
    await until(() => election.role() === 'leader')
    expect(spec()).toMatchObject({ holderIdentity: 'a', leaseTransitions: 7, acquireTime })
  })
})

describe('closing', () => {
  it('gives the Lease back, so that another replica leads at its next attempt, and asks for nothing after that', async () => {
    const [a, b] = [elect('a'), undefined]
    await until(() => a.role() === 'leader')
    const closed = a.close()
    expect(a.role()).toBe('follower')
    await closed
    expect(spec()).toMatchObject({ holderIdentity: '', leaseDurationSeconds: 1, leaseTransitions: 0 })
    const before = cluster.server.requests().length
    await cluster.time.run(600_000)
    expect(cluster.server.requests()).toHaveLength(before)
    expect(cluster.time.timers()).toBe(0)
    const next = b ?? elect('b')
    await until(() => next.role() === 'leader')
    expect(spec()).toMatchObject({ holderIdentity: 'b', leaseTransitions: 1 })
    expect(changes).toEqual(['a: leader (a)', 'a: follower (a)', 'b: leader (b)'])
  })

  it('leaves the Lease of somebody else alone', async () => {
    lease({ holderIdentity: 'other', leaseDurationSeconds: 15 })
    const election = elect('a')
    await until(() => election.holder() === 'other')
    await election.close()
    expect(requests('update')).toBe(0)
    expect(spec()).toMatchObject({ holderIdentity: 'other' })
  })

  it('gives back a Lease that is being taken', async () => {
    const election = elect('a')
    await until(() => requests('create') === 1)
    await election.close()
    expect(spec()?.['holderIdentity'] ?? '').toBe('')
    expect(changes).toEqual([])
  })

  it('ends after 3 s when there is no answer, and says what follows from that', async () => {
    const election = elect('a')
    await until(() => election.role() === 'leader')
    cluster.server.failNext({ answer: { kind: 'hang' } })
    const closed = election.close()
    await until(() => requests('update') === 1)
    await cluster.time.run(3_000)
    await closed
    expect(told).toHaveLength(1)
    expect(told[0]).toContain('another replica takes it later')
  })
})

describe('an election that the API server refuses', () => {
  it.each([
    ['get', 'get'],
    ['create', 'create'],
  ] as const)('for want of the right to %s names the Lease and the verb, once', async (verb, named) => {
    const answer = { kind: 'status', code: 403, message: 'leases is forbidden' } as const
    cluster.server.failNext({ verb, plural: 'leases', times: 3, answer })
    const election = elect('a')
    for (let attempt = 1; attempt <= 3; attempt += 1) {
      await until(() => requests(verb) === attempt && told.length === 1 && cluster.time.timers() === 1)
      expect(election.failure()).toBe(told[0])
      await cluster.time.run(retryMs)
    }
    await until(() => election.role() === 'leader')
    expect(told).toEqual([
      `cannot ${named} Lease "ingresskit/ingresskit-leader": 403 leases is forbidden; grant the RBAC verb "${named}" on "leases" in API group "coordination.k8s.io" with a Role in namespace "ingresskit"`,
    ])
    await until(() => election.failure() === undefined)
    expect(recoveries).toBe(1)
  })

  it('because its namespace is missing says so, and goes on', async () => {
    const answer = { kind: 'status', code: 404, message: 'namespaces "ingresskit" not found' } as const
    cluster.server.failNext({ verb: 'create', plural: 'leases', answer })
    const election = elect('a')
    await until(() => told.length === 1)
    expect(told[0]).toContain('create the namespace or name another one with --election-namespace')
    await until(() => cluster.time.timers() === 1)
    await cluster.time.run(retryMs)
    await until(() => election.role() === 'leader')
  })

  it('when it is renewed tells the verb update, and ends leadership at the deadline', async () => {
    const election = elect('a')
    await until(() => election.role() === 'leader')
    const answer = { kind: 'status', code: 403, message: 'no' } as const
    cluster.server.failNext({ verb: 'update', times: Infinity, answer })
    for (let attempt = 1; attempt <= 4; attempt += 1) {
      await cluster.time.run(retryMs)
      await until(() => requests('update') === attempt && cluster.time.timers() === 2)
    }
    expect(election.role()).toBe('leader')
    await cluster.time.run(retryMs)
    expect(election.role()).toBe('follower')
    expect(changes).toEqual(['a: leader (a)', 'a: follower (a)'])
    expect(told[0]).toContain('grant the RBAC verb "update"')
  })
})

function elect(identity: string): Election {
  const { api, time } = cluster
  const election = startElection({
    api,
    namespace: 'ingresskit',
    name: 'ingresskit-leader',
    identity,
    now: () => startMs + time.monotonicMs(),
    monotonicMs: time.monotonicMs,
    schedule: time.schedule,
    random: () => 0,
    onChange: (role, holder) => void changes.push(`${identity}: ${role} (${holder})`),
    onFailure: message => void told.push(message),
    onRecovered: () => {
      recoveries += 1
    },
  })
  elections.push(election)
  return election
}

/** Lets a retry period pass, and the requests of it be answered. */
async function nextAttempt(): Promise<void> {
  const before = cluster.server.requests().length
  await until(() => cluster.time.timers() >= elections.length)
  await cluster.time.run(retryMs)
  await until(() => cluster.server.requests().length > before)
  await until(() => cluster.time.timers() >= elections.length)
}

function lease(of: Readonly<Record<string, unknown>>, metadata: Readonly<Record<string, unknown>> = {}): void {
  const name = { namespace: 'ingresskit', name: 'ingresskit-leader' }
  cluster.server.apply({ kind: 'Lease', metadata: { ...metadata, ...name }, spec: of })
}

function spec(): Readonly<Record<string, unknown>> | undefined {
  return cluster.server.get('Lease', key)?.['spec'] as Readonly<Record<string, unknown>> | undefined
}

function requests(verb: string): number {
  return cluster.server.requests().filter(each => each.verb === verb).length
}
