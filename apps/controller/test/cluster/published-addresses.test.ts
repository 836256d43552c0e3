/** Which addresses are published as the options say, and how changes of them are noticed. */

import type { FakeObjectInput } from '@ingresskit/testkit'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { publishedAddresses } from '../../src/cluster/published-addresses.ts'
import type { PublishedAddresses, PublishedAddressesOptions } from '../../src/cluster/published-addresses.ts'
import { fakeCluster, type FakeCluster, until } from './support/fake-cluster.ts'
import { nodeObject, podObject } from './support/node-objects.ts'

type Options = Pick<PublishedAddressesOptions, 'statusAddresses' | 'service' | 'nodeAddresses'>

const minuteMs = 60_000
let cluster: FakeCluster
let changes: number
let published: PublishedAddresses | undefined

beforeEach(async () => {
  cluster = await fakeCluster()
  changes = 0
})
afterEach(async () => {
  published?.close()
  await cluster[Symbol.asyncDispose]()
})

describe('--publish-status-address', () => {
  it('comes before a Service and nodes, and asks for nothing', async () => {
    const addresses = publish({ statusAddresses: ['lb.example.com', '192.0.2.7 ', '192.0.2.7'], service: 'edge/lb' })
    addresses.observe(cluster.snapshot('Service'))
    expect(addresses.addresses()).toEqual([{ ip: '192.0.2.7' }, { hostname: 'lb.example.com' }])
    expect(addresses.problems()).toEqual([])
    await cluster.time.run(10 * minuteMs)
    expect(cluster.server.requests()).toEqual([])
  })

  it('leaves out what is no address, as a problem; without any address the status stays as it is', () => {
    const some = publish({ statusAddresses: ['192.0.2.7', 'http://x'] })
    expect(some.addresses()).toEqual([{ ip: '192.0.2.7' }])
    expect(some.problems()).toMatchObject([{ reason: 'PublishAddressInvalid', field: '--publish-status-address' }])
    expect(publish({ statusAddresses: ['http://x'] }).addresses()).toBeUndefined()
  })
})

describe('--publish-service', () => {
  it('takes a watched Service as it is in the newest snapshot', async () => {
    cluster.server.create(loadBalancer('203.0.113.1'))
    const addresses = publish({ service: 'edge/lb', nodeAddresses: 'external' })
    addresses.observe(cluster.snapshot('Service'))
    expect(addresses.addresses()).toEqual([{ ip: '203.0.113.1' }])
    cluster.server.update(loadBalancer('203.0.113.2'))
    addresses.observe(cluster.snapshot('Service'))
    expect(addresses.addresses()).toEqual([{ ip: '203.0.113.2' }])
    expect(changes).toBe(2)
  })

  it('reads one that is not watched at once and then every minute', async () => {
    cluster.server.create(loadBalancer('203.0.113.1'))
    const addresses = publish({ service: 'edge/lb' })
    expect(addresses.addresses()).toBeUndefined()
    await until(() => changes === 1)
    expect(addresses.addresses()).toEqual([{ ip: '203.0.113.1' }])
    cluster.server.update(loadBalancer('203.0.113.2'))
    await nextRead()
    await until(() => changes === 2)
    expect(addresses.addresses()).toEqual([{ ip: '203.0.113.2' }])
  })

  it('that is missing is a problem, and the status stays as it is', async () => {
    const addresses = publish({ service: 'edge/lb' })
    await until(() => changes === 1)
    expect(addresses.addresses()).toBeUndefined()
    const [problem] = addresses.problems()
    expect(problem).toMatchObject({ kind: 'Service', namespace: 'edge', name: 'lb', field: '--publish-service' })
    expect(problem?.message).toContain('create it or correct the option')
    cluster.server.create(loadBalancer('203.0.113.1'))
    await nextRead()
    await until(() => changes === 2)
    expect(addresses.problems()).toEqual([])
    cluster.server.delete('Service', 'edge/lb')
    await nextRead()
    await until(() => changes === 3)
    expect(addresses.addresses()).toBeUndefined()
  })

  it('that leaves the snapshot is asked for at once', async () => {
    cluster.server.create(loadBalancer('203.0.113.1'))
    const addresses = publish({ service: 'edge/lb' })
    addresses.observe(cluster.snapshot('Service'))
    await until(() => cluster.time.timers() === 1)
    cluster.server.delete('Service', 'edge/lb')
    addresses.observe(cluster.snapshot('Service'))
    await until(() => addresses.problems().length === 1)
    expect(addresses.problems()).toMatchObject([{ reason: 'PublishServiceMissing' }])
  })

  it('stays as it was read while the API server does not answer, and names the right that is missing', async () => {
    cluster.server.create(loadBalancer('203.0.113.1'))
    cluster.server.failNext({ plural: 'services', answer: { kind: 'status', code: 403, message: 'no' } })
    const addresses = publish({ service: 'edge/lb' })
    await until(() => changes === 1)
    expect(addresses.problems()[0]?.message).toContain('grant the RBAC verb "get" on "services"')
    await nextRead()
    await until(() => changes === 2)
    cluster.server.failNext({ plural: 'services', answer: { kind: 'reset' } })
    await nextRead()
    await until(() => cluster.time.timers() === 1)
    expect(addresses.addresses()).toEqual([{ ip: '203.0.113.1' }])
  })

  it('that is headless leaves the status as it is, with a problem', () => {
    const headless = { spec: { clusterIP: 'None', ports: [{ port: 80 }] } }
    cluster.server.create({ kind: 'Service', metadata: { namespace: 'edge', name: 'lb' }, ...headless })
    const addresses = publish({ service: 'edge/lb' })
    addresses.observe(cluster.snapshot('Service'))
    expect(addresses.addresses()).toBeUndefined()
    expect(addresses.problems()).toMatchObject([{ reason: 'PublishServiceUnusable' }])
  })

  it('of type NodePort publishes the nodes, external addresses first', async () => {
    nodes()
    const spec = { type: 'NodePort', ports: [{ port: 80 }] }
    cluster.server.create({ kind: 'Service', metadata: { namespace: 'edge', name: 'lb' }, spec })
    const addresses = publish({ service: 'edge/lb' })
    addresses.observe(cluster.snapshot('Service'))
    await until(() => addresses.addresses() !== undefined)
    expect(addresses.addresses()).toEqual([{ ip: '10.0.0.2' }, { ip: '203.0.113.1' }, { ip: '2001:db8::1' }])
  })
})

describe('--publish-node-addresses', () => {
  it('takes the addresses of that type of the nodes on which pods of this controller run', async () => {
    nodes()
    const external = publish({ nodeAddresses: 'external' })
    await until(() => external.addresses() !== undefined)
    expect(external.addresses()).toEqual([{ ip: '203.0.113.1' }, { ip: '2001:db8::1' }])
    external.close()
    const internal = publish({ nodeAddresses: 'internal' })
    await until(() => internal.addresses() !== undefined)
    expect(internal.addresses()).toEqual([{ ip: '10.0.0.1' }, { ip: '10.0.0.2' }])
    expect(internal.problems()).toEqual([])
  })

  it('follows the pods once a minute', async () => {
    nodes()
    const addresses = publish({ nodeAddresses: 'internal' })
    await until(() => changes === 1)
    cluster.server.delete('Pod', 'edge/b')
    await nextRead()
    await until(() => changes === 2)
    expect(addresses.addresses()).toEqual([{ ip: '10.0.0.1' }])
  })

  it('is a problem when no node has such an address, and the status stays as it is', async () => {
    nodes()
    cluster.server.delete('Pod', 'edge/a')
    cluster.server.create(podObject({ namespace: 'edge', name: 'a', labels: { app: 'ik' }, nodeName: 'two' }))
    const addresses = publish({ nodeAddresses: 'external' })
    await until(() => changes === 1)
    expect(addresses.addresses()).toBeUndefined()
    expect(addresses.problems()).toMatchObject([{ reason: 'PublishNodesUnusable' }])
  })

  it('keeps what was read while nodes may not be read, and names the right', async () => {
    nodes()
    const addresses = publish({ nodeAddresses: 'internal' })
    await until(() => changes === 1)
    cluster.server.failNext({ plural: 'nodes', answer: { kind: 'status', code: 403, message: 'no' } })
    await nextRead()
    await until(() => changes === 2)
    expect(addresses.addresses()).toHaveLength(2)
    expect(addresses.problems()[0]?.message).toContain('grant the RBAC verb "get" on "nodes"')
  })

  it('is not asked for any more once closed', async () => {
    nodes()
    const addresses = publish({ nodeAddresses: 'internal' })
    await until(() => cluster.time.timers() === 1)
    addresses.close()
    const before = cluster.server.requests().length
    await cluster.time.run(10 * minuteMs)
    expect(cluster.server.requests()).toHaveLength(before)
    expect(cluster.time.timers()).toBe(0)
  })
})

function publish(options: Partial<Options>): PublishedAddresses {
  const { api, time } = cluster
  published = publishedAddresses({
    statusAddresses: [],
    service: undefined,
    nodeAddresses: 'none',
    ...options,
    api,
    replica: { identity: 'a_x', namespace: 'edge', podName: 'a' },
    schedule: time.schedule,
    random: () => 0,
    onChange: () => {
      changes += 1
    },
  })
  return published
}

async function nextRead(): Promise<void> {
  await until(() => cluster.time.timers() === 1)
  await cluster.time.run(minuteMs)
}

/** Two nodes that run a pod each, one that runs none, and pods that don't count. */
function nodes(): void {
  const both = ['InternalIP', '10.0.0.1'] as const
  cluster.server.create(nodeObject('one', [both, ['ExternalIP', '203.0.113.1'], ['ExternalIP', '2001:db8::1']]))
  cluster.server.create(
    nodeObject('two', [
      ['InternalIP', '10.0.0.2'],
      ['Hostname', 'two'],
    ]),
  )
  cluster.server.create(nodeObject('three', [['InternalIP', '10.0.0.3']]))
  const pod = { namespace: 'edge', labels: { app: 'ik' } }
  cluster.server.create(podObject({ ...pod, name: 'a', nodeName: 'one' }))
  cluster.server.create(podObject({ ...pod, name: 'b', nodeName: 'two' }))
  cluster.server.create(podObject({ ...pod, name: 'pending', nodeName: 'three', phase: 'Pending' }))
  const deletionTimestamp = '2026-11-22T22:00:00Z'
  cluster.server.create(podObject({ ...pod, name: 'ending', nodeName: 'three', deletionTimestamp }))
}

function loadBalancer(ip: string): FakeObjectInput {
  return {
    kind: 'Service',
    metadata: { namespace: 'edge', name: 'lb' },
    spec: { type: 'LoadBalancer', ports: [{ port: 80 }] },
    status: { loadBalancer: { ingress: [{ ip }] } },
  }
}
