/** Ingresses and classes become traffic, and cease to be. */

import type { EchoBackend } from '@ingresskit/testkit'
import { afterEach, beforeEach, describe, it } from 'vitest'
import type { RunningServer } from '../command/support/ingresskit-process.ts'
import { e2eWorld, expectAnswers, type E2eWorld } from './support/e2e-world.ts'

describe('an Ingress', { timeout: 120_000 }, () => {
  let world: E2eWorld
  let backends: readonly [EchoBackend, EchoBackend]
  let server: RunningServer

  beforeEach(async () => {
    world = await e2eWorld()
    backends = [await world.backend('a'), await world.backend('b')]
    for (const [index, service] of ['one', 'two'].entries()) {
      await world.objects.put(world.service(service))
      await world.objects.put(world.slice(service, backends[index === 0 ? 0 : 1]))
    }
    server = await world.serve()
  }, 120_000)
  afterEach(() => world.close(), 120_000)

  it('is live once it is created, follows its changes, and is gone once it is deleted', async () => {
    const { objects, ingress, namespace } = world
    await expectAnswers(server, { host: 'site.test' }, [404])
    await objects.put(ingress({ name: 'site', host: 'site.test', paths: [{ service: 'one' }] }))
    await expectAnswers(server, { host: 'site.test' }, ['a'])
    await objects.put(
      ingress({ name: 'site', host: 'site.test', paths: [{ service: 'one' }, { path: '/two', service: 'two' }] }),
    )
    await expectAnswers(server, { host: 'site.test', path: '/two/x' }, ['b'])
    await expectAnswers(server, { host: 'site.test', path: '/twofold' }, ['a'])
    await objects.put(ingress({ name: 'site', host: 'other.test', paths: [{ service: 'two' }] }))
    await expectAnswers(server, { host: 'other.test' }, ['b'])
    await expectAnswers(server, { host: 'site.test' }, [404])
    await objects.remove('Ingress', 'site', namespace)
    await expectAnswers(server, { host: 'other.test' }, [404])
  })

  it('is served only while its class is ours', async () => {
    const { objects, ingress } = world
    const paths = [{ service: 'one' }]
    await objects.put(ingress({ name: 'foreign', host: 'foreign.test', paths, className: 'of-somebody-else' }))
    await objects.put(ingress({ name: 'without', host: 'without.test', paths, className: 'none' }))
    await objects.put(ingress({ name: 'ours', host: 'ours.test', paths }))
    await expectAnswers(server, { host: 'ours.test' }, ['a'])
    await expectAnswers(server, { host: 'foreign.test' }, [404])
    await expectAnswers(server, { host: 'without.test' }, [404])
    await objects.put(ingress({ name: 'foreign', host: 'foreign.test', paths }))
    await objects.put(ingress({ name: 'ours', host: 'ours.test', paths, className: 'of-somebody-else' }))
    await expectAnswers(server, { host: 'foreign.test' }, ['a'])
    await expectAnswers(server, { host: 'ours.test' }, [404])
  })
})
