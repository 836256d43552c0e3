/** Writes the addresses of Ingresses through the API server, and only those that differ. */

import type { KubernetesObject } from '@ingresskit/kubernetes-watch'
import type { FakeRequest, Fault } from '@ingresskit/testkit'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Problem } from '../../src/problem.ts'
import type { LoadBalancerIngress } from '../../src/cluster/status-address.ts'
import { statusWriter, type StatusWriter } from '../../src/cluster/status-writer.ts'
import { fakeCluster, type FakeCluster, until } from './support/fake-cluster.ts'
import { promisesSettled } from '../support/simulated-time.ts'

const address = { ip: '203.0.113.10' } as const
const name = { hostname: 'lb.example.com' } as const
let cluster: FakeCluster
let told: Problem[]
let shown: readonly Problem[]
let writer: StatusWriter

beforeEach(async () => {
  cluster = await fakeCluster()
  told = []
  shown = []
  writer = writerOf()
})
afterEach(async () => {
  writer.close()
  await cluster[Symbol.asyncDispose]()
})

describe('statuses that differ from what is wanted', () => {
  it('are replaced by the wanted addresses, and the others are left alone', async () => {
    createIngress('shop/new')
    createIngress('shop/other', [{ ip: '192.0.2.1' }])
    createIngress('shop/right', [name, address])
    writer.update(cluster.snapshot('Ingress'), [address, name])
    await writer.settled()
    expect(['shop/new', 'shop/other', 'shop/right'].map(key => statusOf(key)?.length)).toEqual([2, 2, 2])
    expect(patches().map(({ path }) => path)).toEqual([
      '/apis/networking.k8s.io/v1/namespaces/shop/ingresses/new/status',
      '/apis/networking.k8s.io/v1/namespaces/shop/ingresses/other/status',
    ])
    expect(writer.writes()).toBe(2)
  })

  it('are written once although the watch shows the old version for a while', async () => {
    createIngress('shop/a')
    const old = cluster.snapshot('Ingress')
    writer.update(old, [address])
    await writer.settled()
    writer.update(new Map(old), [address])
    writer.update(annotated(old, 'in-between'), [address])
    await cluster.time.run(9_000)
    expect(patches()).toHaveLength(1)
    writer.update(cluster.snapshot('Ingress'), [address])
    await cluster.time.run(60_000)
    expect(patches()).toHaveLength(1)
    expect(told).toEqual([])
  })

  it('are written anew when the addresses change, at once, also while the watch is behind', async () => {
    createIngress('shop/a')
    const old = cluster.snapshot('Ingress')
    writer.update(old, [address])
    await writer.settled()
    writer.update(annotated(old, 'in-between'), [address])
    writer.update(annotated(old, 'in-between'), [name])
    await writer.settled()
    expect(statusOf('shop/a')).toEqual([name])
    expect(told).toEqual([])
  })

  it('are put right when somebody else changes them, which is told once', async () => {
    createIngress('shop/a')
    await converge()
    expect(told).toEqual([])
    for (const each of [1, 2, 3]) {
      setStatus('shop/a', [{ ip: `192.0.2.${each}` }])
      writer.update(cluster.snapshot('Ingress'), [address])
      await cluster.time.run(5_000)
      await until(() => writer.writes() === each + 1)
      expect(statusOf('shop/a')).toEqual([address])
      writer.update(cluster.snapshot('Ingress'), [address])
    }
    expect(told.map(({ reason, name: of }) => `${reason} ${of}`)).toEqual(['StatusContested a'])
    expect(shown).toEqual(told)
  })

  it('are forgotten with their Ingress, and written again when it is made anew', async () => {
    createIngress('shop/a')
    const old = cluster.snapshot('Ingress')
    cluster.server.delete('Ingress', 'shop/a')
    writer.update(old, [address])
    await writer.settled()
    await cluster.time.run(600_000)
    expect(patches()).toHaveLength(1)
    expect(told).toEqual([])
    createIngress('shop/a')
    await converge()
    expect(statusOf('shop/a')).toEqual([address])
    writer.update(new Map(), [address])
    cluster.server.delete('Ingress', 'shop/a')
    createIngress('shop/a')
    await converge()
    expect(statusOf('shop/a')).toEqual([address])
  })

  it('are not touched before anything is wanted, nor once writing is not allowed', async () => {
    createIngress('shop/a')
    await cluster.time.run(1_000)
    const stopped = writerOf(() => false)
    stopped.update(cluster.snapshot('Ingress'), [address])
    await cluster.time.run(60_000)
    stopped.close()
    expect(cluster.server.requests()).toEqual([])
  })
})

describe('a write that fails', () => {
  const temporary: readonly (readonly [string, Fault['answer']])[] = [
    ['409', { kind: 'status', code: 409 }],
    ['429', { kind: 'status', code: 429 }],
    ['500', { kind: 'status', code: 500 }],
    ['503', { kind: 'status', code: 503 }],
    ['a reset connection', { kind: 'reset' }],
    ['an answer that is cut off', { kind: 'body', text: '{"kind":', ending: 'reset' }],
  ]
  it.each(temporary)('with %s is tried again, which is a problem until it succeeds', async (_what, answer) => {
    createIngress('shop/a')
    cluster.server.failNext({ verb: 'patch', answer })
    writer.update(cluster.snapshot('Ingress'), [address])
    await until(() => told.length === 1)
    expect(told[0]).toMatchObject({ severity: 'warning', reason: 'StatusWriteFailed' })
    expect(told[0]?.message).toContain('cannot write the status of Ingress "shop/a"')
    expect(shown).toEqual(told)
    await cluster.time.run(1_500)
    await writer.settled()
    expect(statusOf('shop/a')).toEqual([address])
    expect(shown).toEqual([])
  })

  it('with Retry-After is left alone for that long, as are all the others', async () => {
    createIngress('shop/a')
    cluster.server.failNext({ verb: 'patch', answer: { kind: 'status', code: 429, retryAfterSeconds: 40 } })
    writer.update(cluster.snapshot('Ingress'), [address])
    await until(() => told.length === 1)
    createIngress('shop/b')
    writer.update(cluster.snapshot('Ingress'), [address])
    await cluster.time.run(39_999)
    expect(patches()).toHaveLength(1)
    await cluster.time.run(1)
    await writer.settled()
    expect(patches()).toHaveLength(3)
  })

  it('for want of rights is one problem for its namespace, which names the verb, and is tried again slowly', async () => {
    const message = 'ingresses.networking.k8s.io "x" is forbidden'
    for (let count = 0; count < 20; count += 1) createIngress(`shop/${count}`)
    cluster.server.failNext({ verb: 'patch', times: 8, answer: { kind: 'status', code: 403, message } })
    writer.update(cluster.snapshot('Ingress'), [address])
    await until(() => told.length > 0)
    await until(() => patches().length === 8)
    expect(told).toMatchObject([{ reason: 'StatusWriteForbidden', kind: 'Namespace', name: 'shop', severity: 'error' }])
    expect(told[0]?.message).toContain('grant the RBAC verb "patch" on "ingresses/status"')
    createIngress('bank/a')
    writer.update(cluster.snapshot('Ingress'), [address])
    await until(() => writer.writes() === 1)
    expect(statusOf('bank/a')).toEqual([address])
    await cluster.time.run(299_000)
    expect(patches()).toHaveLength(9)
    await cluster.time.run(1_000)
    await writer.settled()
    expect(statusOf('shop/19')).toEqual([address])
    expect(told).toHaveLength(1)
    expect(shown).toEqual([])
  })
})

describe('a writer that is closed', () => {
  it('cuts off the write that is under way, settles, and asks for nothing more', async () => {
    createIngress('shop/a')
    cluster.server.failNext({ verb: 'patch', answer: { kind: 'hang' } })
    writer.update(cluster.snapshot('Ingress'), [address])
    await until(() => patches().length === 1)
    const settled = writer.settled()
    writer.close()
    await settled
    await promisesSettled()
    expect(told).toEqual([])
    expect(cluster.time.timers()).toBe(0)
    writer.update(cluster.snapshot('Ingress'), [name])
    await writer.clear()
    await cluster.time.run(600_000)
    expect(patches()).toHaveLength(1)
  })
})

function writerOf(mayWrite: () => boolean = () => true): StatusWriter {
  const { api, time } = cluster
  const onFailure = (problem: Problem): void => void told.push(problem)
  // Whoever shows problems is called whenever they change.
  const onProblems = (): void => void (shown = writer.problems())
  return statusWriter({
    onProblems,
    api,
    schedule: time.schedule,
    monotonicMs: time.monotonicMs,
    random: () => 0,
    onFailure,
    mayWrite,
  })
}

async function converge(): Promise<void> {
  writer.update(cluster.snapshot('Ingress'), [address])
  await writer.settled()
  writer.update(cluster.snapshot('Ingress'), [address])
}

function createIngress(key: string, addresses: readonly LoadBalancerIngress[] = []): void {
  const [namespace = '', of = ''] = key.split('/')
  cluster.server.create({
    kind: 'Ingress',
    metadata: { namespace, name: of },
    spec: {},
    status: { loadBalancer: addresses.length === 0 ? {} : { ingress: addresses } },
  })
}

function setStatus(key: string, ingress: readonly LoadBalancerIngress[]): void {
  cluster.server.patch('Ingress', key, { status: { loadBalancer: { ingress } } })
}

function statusOf(key: string): readonly unknown[] | undefined {
  const object = cluster.server.get('Ingress', key) as
    | { status?: { loadBalancer?: { ingress?: unknown[] } } }
    | undefined
  return object?.status?.loadBalancer?.ingress
}

function patches(): readonly FakeRequest[] {
  return cluster.server.requests().filter(({ verb }) => verb === 'patch')
}

/** The same Ingresses in a version that is neither the one we wrote over nor the one we made. */
function annotated(
  old: ReadonlyMap<string, KubernetesObject>,
  resourceVersion: string,
): ReadonlyMap<string, KubernetesObject> {
  return new Map(
    [...old].map(([key, object]) => [key, { ...object, metadata: { ...object.metadata, resourceVersion } }]),
  )
}
