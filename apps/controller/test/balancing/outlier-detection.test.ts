/** `outlier-detection`: endpoints that answer with errors get nothing for a while. */

import { describe, expect, it } from 'vitest'
import { eventually } from '../command/support/eventually.ts'
import { ingress, service } from '../command/support/manifests.ts'
import { annotatedService, balancedSite, dataPlanes } from './support/balanced-site.ts'

const names = ['a', 'b', 'c', 'd']
const site = (name: string, value: string, target = name): object =>
  ingress({
    name,
    host: `${name}.test`,
    paths: [{ service: target }],
    annotations: { 'ingresskit.dev/outlier-detection': value },
  })

describe.each(dataPlanes)('%s', (_setup, flags) => {
  const running = balancedSite({
    flags,
    backends: names,
    objects: ports => [
      ...['long', 'short', 'many', 'half', 'gateway', 'success', 'panic'].flatMap(name => service(name, ports())),
      ...annotatedService('ofservice', ports(), {
        'ingresskit.dev/outlier-detection': 'consecutive-5xx=3, base-ejection=1h',
      }),
      site('long', 'consecutive-5xx=3, base-ejection=1h'),
      ingress({ name: 'bystander', host: 'bystander.test', paths: [{ service: 'long' }] }),
      ingress({ name: 'ofservice', host: 'ofservice.test', paths: [{ service: 'ofservice' }] }),
      site('short', 'consecutive-5xx=2, base-ejection=1s'),
      // 10 % of four are none, but one may be ejected always.
      site('many', 'consecutive-5xx=2, base-ejection=1h, panic-percent=0'),
      site('half', 'consecutive-5xx=2, base-ejection=1h, max-ejected-percent=50, panic-percent=0'),
      site('gateway', 'consecutive-5xx=0, consecutive-gateway-errors=2, base-ejection=1h'),
      site('panic', 'consecutive-5xx=2, base-ejection=1h, max-ejected-percent=100, panic-percent=50'),
    ],
  })
  const fail = (failing: readonly string[], status = 500): void => {
    for (const name of failing) running.backend(name).react = () => status
  }
  const ejected = async (target: string): Promise<readonly string[]> => {
    const byPort = new Map(names.map(name => [`127.0.0.1:${running.backend(name).port}`, name]))
    return (await running.endpoints(target))
      .filter(({ ejectedUntil }) => ejectedUntil !== null)
      .map(({ address }) => byPort.get(address) ?? address)
      .toSorted()
  }
  const arrivals = (): readonly number[] => names.map(name => running.backend(name).arrived.length)
  const got = async (count: number, host: string): Promise<readonly number[]> => {
    const before = arrivals()
    await running.tally(count, () => ({ host: `${host}.test` }))
    return arrivals().map((after, index) => after - (before[index] ?? 0))
  }

  it('finds no fault in these annotations', async () => {
    expect(await running.problems()).toEqual([])
  })

  it.each(['long', 'ofservice'])('ejects an endpoint after so many errors in a row, and shows it: %s', async host => {
    fail(['a'])
    const statuses: number[] = []
    for (let sent = 0; sent < 40; sent++) statuses.push((await running.send({ host: `${host}.test` })).status)
    expect(statuses.filter(status => status === 500)).toHaveLength(3)
    expect(await ejected(host)).toEqual(['a'])
    const labels = { service: host, endpoint: `127.0.0.1:${running.backend('a').port}` }
    expect(await running.metric('ingresskit_endpoint_ejected', labels)).toBe(1)
    expect(await running.metric('ingresskit_endpoint_ejected', { service: host })).toBe(1)
    expect(await running.metric('ingresskit_endpoint_ejections', { service: host })).toBe(1)
    running.backend('a').react = () => 'echo'
    expect((await got(40, host))[0]).toBe(0)
  })

  it('goes on using the endpoint for another Ingress on the same Service', async () => {
    fail(['a'])
    for (let sent = 0; sent < 20; sent++) await running.send({ host: 'long.test' })
    running.backend('a').react = () => 'echo'
    expect((await got(20, 'long'))[0]).toBe(0)
    expect((await got(20, 'bystander'))[0]).toBeGreaterThan(0)
  })

  it('starts counting again after an answer that is no error', async () => {
    let count = 0
    running.backend('b').react = () => ((count += 1) % 2 === 0 ? 'echo' : 500)
    for (let sent = 0; sent < 40; sent++) await running.send({ host: 'many.test' })
    expect(count).toBeGreaterThan(4)
    expect(await ejected('many')).toEqual([])
  })

  it('takes the endpoint back when its ejection is over', async () => {
    fail(['a'])
    for (let sent = 0; sent < 20; sent++) await running.send({ host: 'short.test' })
    const ejectedFor = await running.metric('ingresskit_endpoint_ejections', { service: 'short' })
    expect(ejectedFor).toBeGreaterThanOrEqual(1)
    running.backend('a').react = () => 'echo'
    await eventually(async () => {
      expect((await got(8, 'short'))[0]).toBeGreaterThan(0)
      expect(await ejected('short')).toEqual([])
    })
    expect((await got(40, 'short'))[0]).toBeGreaterThan(5)
  })

  it.each([
    ['many', 1],
    ['half', 2],
  ])('ejects no more than the percentage allows, but one: %s', async (host, most) => {
    fail(['a', 'b', 'c'])
    for (let sent = 0; sent < 60; sent++) await running.send({ host: `${host}.test` })
    expect(await ejected(host)).toHaveLength(most)
    expect(await running.metric('ingresskit_endpoint_ejected', { service: host })).toBe(most)
  })

  it('counts gateway errors apart from other errors', async () => {
    fail(['a'], 500)
    for (let sent = 0; sent < 20; sent++) await running.send({ host: 'gateway.test' })
    expect(await ejected('gateway')).toEqual([])
    fail(['a'], 503)
    for (let sent = 0; sent < 20; sent++) await running.send({ host: 'gateway.test' })
    expect(await ejected('gateway')).toEqual(['a'])
  })

  it('uses all endpoints again when fewer are left than the panic threshold', async () => {
    fail(['a', 'b', 'c'])
    for (let sent = 0; sent < 60; sent++) await running.send({ host: 'panic.test' })
    expect(await ejected('panic')).toEqual(['a', 'b', 'c'])
    for (const name of names) running.backend(name).react = () => 'echo'
    for (const count of await got(40, 'panic')) expect(count).toBeGreaterThan(0)
  })
})
