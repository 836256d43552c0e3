/** `health-check`: endpoints that say they are not well get nothing until they say they are. */

import { describe, expect, it } from 'vitest'
import { eventually } from '../command/support/eventually.ts'
import { ingress } from '../command/support/manifests.ts'
import { annotatedService, balancedSite, twoWorkers } from './support/balanced-site.ts'

const names = ['a', 'b', 'c']

describe.each([twoWorkers])('%s', (_setup, flags) => {
  const site = balancedSite({
    flags,
    backends: names,
    objects: ports => [
      ...annotatedService('web', ports(), {
        'ingresskit.dev/health-check':
          'path=/up?deep=1, host=probe.test, interval=100ms, timeout=1s, unhealthy=2, healthy=2, status=200-299+404',
      }),
      ingress({ name: 'web', host: 'web.test', paths: [{ service: 'web' }] }),
      ingress({
        name: 'unchecked',
        host: 'unchecked.test',
        paths: [{ service: 'web' }],
        annotations: { 'ingresskit.dev/health-check': 'off' },
      }),
    ],
  })
  const probes = (name: string): readonly string[] => site.backend(name).arrived.filter(url => url.startsWith('/up'))
  const sicken = (name: string, status = 500): void => {
    site.backend(name).react = request => (request.url?.startsWith('/up') === true ? status : 'echo')
  }
  const health = async (): Promise<ReadonlyMap<string, unknown>> => {
    const endpoints = await site.endpoints('web')
    return new Map(
      names.map(name => [
        name,
        endpoints.find(({ address }) => address === `127.0.0.1:${site.backend(name).port}`)?.healthCheck,
      ]),
    )
  }
  const healthIs = (expected: Readonly<Record<string, string>>): Promise<void> =>
    eventually(async () => expect(Object.fromEntries(await health())).toEqual(expected))
  const users = async (host = 'web.test'): Promise<ReadonlySet<string | number>> =>
    new Set((await site.tally(40, () => ({ host, path: '/page' }))).keys())

  it('asks every endpoint for the path, with the host, again and again', async () => {
    expect(await site.problems()).toEqual([])
    await eventually(() => {
      for (const name of names) expect(probes(name).length).toBeGreaterThan(3)
    })
    expect(new Set(names.flatMap(probes))).toEqual(new Set(['/up?deep=1']))
    const hosts = new Set<string | undefined>()
    site.backend('a').react = request => {
      if (request.url?.startsWith('/up') === true) hosts.add(`${request.method} ${request.headers.host}`)
      return 'echo'
    }
    await eventually(() => expect([...hosts]).toEqual(['GET probe.test']))
    await healthIs({ a: 'healthy', b: 'healthy', c: 'healthy' })
  })

  it('avoids an endpoint that fails its checks, shows it, and uses it again when it passes', async () => {
    sicken('a')
    await healthIs({ a: 'unhealthy', b: 'healthy', c: 'healthy' })
    expect(
      await site.metric('ingresskit_endpoint_unhealthy', { endpoint: `127.0.0.1:${site.backend('a').port}` }),
    ).toBeGreaterThan(0)
    await eventually(async () => expect(await users()).toEqual(new Set(['b', 'c'])))
    expect(await users()).toEqual(new Set(['b', 'c']))
    expect(await users('unchecked.test')).toEqual(new Set(['a', 'b', 'c']))
    site.backend('a').react = () => 'echo'
    await healthIs({ a: 'healthy', b: 'healthy', c: 'healthy' })
    await eventually(async () => expect(await users()).toEqual(new Set(names)))
  })

  it('a status of the list passes, also one that is an error elsewhere; any other fails', async () => {
    sicken('a', 404)
    const before = probes('a').length
    await eventually(() => expect(probes('a').length).toBeGreaterThan(before + 3))
    await healthIs({ a: 'healthy', b: 'healthy', c: 'healthy' })
    sicken('a', 302)
    await healthIs({ a: 'unhealthy', b: 'healthy', c: 'healthy' })
  })

  it.each(['cut', 'hold'] as const)('an endpoint fails whose probes are not answered (%s)', async reaction => {
    site.backend('b').react = request => (request.url?.startsWith('/up') === true ? reaction : 'echo')
    await healthIs({ a: 'healthy', b: 'unhealthy', c: 'healthy' })
    await eventually(async () => expect(await users()).toEqual(new Set(['a', 'c'])))
    site.backend('b').react = () => 'echo'
    site.backend('b').release()
    await healthIs({ a: 'healthy', b: 'healthy', c: 'healthy' })
  })

  it('ignores health when fewer endpoints are well than the panic threshold', async () => {
    await healthIs({ a: 'healthy', b: 'healthy', c: 'healthy' })
    for (const name of ['a', 'b']) sicken(name)
    await healthIs({ a: 'unhealthy', b: 'unhealthy', c: 'healthy' })
    await eventually(async () => expect(await users()).toEqual(new Set(names)))
  })

  it('counts no probe as a request', async () => {
    await healthIs({ a: 'healthy', b: 'healthy', c: 'healthy' })
    const picks = async (): Promise<number> => site.metric('ingresskit_endpoint_picks_total', { service: 'web' })
    const before = await picks()
    const probed = probes('a').length
    await eventually(() => expect(probes('a').length).toBeGreaterThan(probed + 2))
    expect(await picks()).toBe(before)
  })
})
