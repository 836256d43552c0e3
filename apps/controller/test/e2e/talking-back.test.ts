/** What the controller writes to the cluster: addresses, Events, and a Lease that says which replica does it. */

import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { eventually } from '../command/support/eventually.ts'
import type { RunningServer } from '../command/support/ingresskit-process.ts'
import type { E2eObject } from './support/e2e-objects.ts'
import { e2eWorld, expectAnswers, withinMs, type E2eWorld } from './support/e2e-world.ts'

const publish = ['--publish-status-address', '203.0.113.10'] as const

let world: E2eWorld

beforeEach(async () => {
  world = await e2eWorld()
  await world.objects.put(world.service('web'))
  await world.objects.put(world.slice('web', await world.backend('a')))
}, 120_000)
afterEach(() => world.close(), 120_000)

/** The addresses in the status of an Ingress. */
async function addressesOf(name: string): Promise<unknown> {
  const ingress = await world.objects.get('Ingress', name, world.namespace)
  const { loadBalancer } = (ingress?.['status'] ?? {}) as { readonly loadBalancer?: { readonly ingress?: unknown } }
  return loadBalancer?.ingress ?? []
}

/** Who holds the one Lease of the namespace; empty when it was given back. */
async function holder(): Promise<string> {
  const leases = await world.objects.list('Lease', world.namespace)
  expect(leases).toHaveLength(1)
  return ((leases[0]?.['spec'] ?? {}) as { readonly holderIdentity?: string }).holderIdentity ?? ''
}

/** The Events about an Ingress, as `type reason`. */
async function eventsOf(name: string): Promise<readonly string[]> {
  const events = await world.objects.list('Event', world.namespace)
  const isAbout = (event: E2eObject): boolean => {
    const { kind, name: involved } = event['involvedObject'] as { readonly kind?: string; readonly name?: string }
    return kind === 'Ingress' && involved === name
  }
  return events.filter(isAbout).map(event => `${String(event['type'])} ${String(event['reason'])}`)
}

async function stop(server: RunningServer): Promise<void> {
  server.signal('SIGTERM')
  expect((await server.finished).status).toBe(0)
}

describe('the status of an Ingress', { timeout: 120_000 }, () => {
  it('carries the addresses while a controller serves it, and not after it has ended', async () => {
    const { objects, ingress } = world
    const paths = [{ service: 'web' }]
    await objects.put(ingress({ name: 'early', host: 'early.test', paths }))
    await objects.put(ingress({ name: 'foreign', host: 'foreign.test', paths, className: 'of-somebody-else' }))
    const server = await world.serve(publish)
    await objects.put(ingress({ name: 'late', host: 'late.test', paths }))
    await eventually(async () => {
      expect(await addressesOf('early')).toEqual([{ ip: '203.0.113.10' }])
      expect(await addressesOf('late')).toEqual([{ ip: '203.0.113.10' }])
    }, withinMs)
    expect(await addressesOf('foreign')).toEqual([])
    await stop(server)
    expect(await addressesOf('early')).toEqual([])
    expect(await addressesOf('late')).toEqual([])
    expect(await holder()).toBe('')
  })
})

describe('the Events of an Ingress', { timeout: 120_000 }, () => {
  it('tell what is wrong with it, and that it is right again', async () => {
    const { objects, ingress, service } = world
    await world.serve()
    await objects.put(ingress({ name: 'broken', host: 'broken.test', paths: [{ service: 'absent' }] }))
    await eventually(async () => expect(await eventsOf('broken')).toHaveLength(1), withinMs)
    const [warning] = await eventsOf('broken')
    expect(warning).toMatch(/^Warning \w+$/)
    await objects.put(service('absent'))
    await eventually(async () => expect(await eventsOf('broken')).toContain('Normal Resolved'), withinMs)
  })
})

describe('of two replicas', { timeout: 120_000 }, () => {
  it('both serve and one leads, until it ends and the other does', async () => {
    const { objects, ingress } = world
    const site = { host: 'site.test' }
    await objects.put(ingress({ name: 'site', ...site, paths: [{ service: 'web' }] }))
    const replicas = await Promise.all([world.serve(publish), world.serve(publish)])
    const leading = (): readonly RunningServer[] =>
      replicas.filter(({ logLines }) => logLines().some(({ role }) => role === 'leader'))
    await Promise.all(replicas.map(replica => expectAnswers(replica, site, ['a'])))
    await eventually(async () => expect(await addressesOf('site')).toEqual([{ ip: '203.0.113.10' }]), withinMs)
    expect(leading()).toHaveLength(1)
    const first = await holder()

    const [leader] = leading()
    if (leader) await stop(leader)
    await eventually(async () => {
      expect([first, '']).not.toContain(await holder())
      expect(leading()).toHaveLength(2)
      expect(await addressesOf('site')).toEqual([{ ip: '203.0.113.10' }])
    }, withinMs)
    const other = replicas.find(replica => replica !== leader)
    if (other) await expectAnswers(other, site, ['a'])
  })
})
