/** The endpoints of a Service come, terminate and go. */

import { afterEach, beforeEach, describe, it } from 'vitest'
import { terminatingConditions } from '../support/kubernetes-objects.ts'
import { e2eWorld, expectAnswers, type E2eWorld } from './support/e2e-world.ts'

describe('a Service', { timeout: 120_000 }, () => {
  let world: E2eWorld

  beforeEach(async () => {
    world = await e2eWorld()
  }, 120_000)
  afterEach(() => world.close(), 120_000)

  it('is answered by its endpoints that are ready, as they come, terminate and go', async () => {
    const { objects, ingress, service, slice, namespace } = world
    const [a, b] = [await world.backend('a'), await world.backend('b')]
    const site = { host: 'site.test' }
    await objects.put(service('web'))
    await objects.put(ingress({ name: 'site', ...site, paths: [{ service: 'web' }] }))
    const server = await world.serve()

    await expectAnswers(server, site, [503])
    await objects.put(slice('web', a))
    await expectAnswers(server, site, ['a'])
    await objects.put(slice('web', b, { ready: false, serving: false, terminating: false }))
    await expectAnswers(server, site, ['a'])
    await objects.put(slice('web', b))
    await expectAnswers(server, site, ['a', 'b'])
    await objects.put(slice('web', a, terminatingConditions))
    await expectAnswers(server, site, ['b'])
    await objects.remove('EndpointSlice', 'web-a', namespace)
    await objects.remove('EndpointSlice', 'web-b', namespace)
    await expectAnswers(server, site, [503])
    await objects.put(slice('web', a))
    await expectAnswers(server, site, ['a'])
  })
})
