/** `slow-start`: a new endpoint gets its full share only after a while. */

import { describe, expect, it } from 'vitest'
import { eventually } from '../command/support/eventually.ts'
import { ingress, service } from '../command/support/manifests.ts'
import { balancedSite, twoWorkers } from './support/balanced-site.ts'

const names = ['a', 'b', 'c', 'new']
const hosts: Readonly<Record<string, string>> = {
  slow: '1h',
  tenth: '1h, minimum=10',
  half: '1h, minimum=50',
  short: '1s',
  off: 'off',
}
const site = (name: string, value: string): object =>
  ingress({
    name,
    host: `${name}.test`,
    paths: [{ service: name }],
    annotations: { 'ingresskit.dev/slow-start': value },
  })

describe.each([twoWorkers])('%s', (_setup, flags) => {
  const running = balancedSite({
    flags,
    backends: names,
    objects: ports =>
      Object.entries(hosts).flatMap(([name, value]) => [...service(name, ports('a', 'b', 'c')), site(name, value)]),
  })
  const join = async (host: string): Promise<void> => {
    const objects = Object.entries(hosts).flatMap(([name, value]) => [
      ...service(name, name === host ? running.ports() : running.ports('a', 'b', 'c')),
      site(name, value),
    ])
    await running.folder.write('site.yaml', objects)
    await eventually(async () => expect(await running.endpoints(host)).toHaveLength(names.length))
    // Each thread learns of it by itself; a request that reaches the new endpoint shows that one did.
    const newcomer = running.backend('new')
    const before = newcomer.arrived.length
    await eventually(async () => {
      await running.tally(20, () => ({ host: `${host}.test` }))
      expect(newcomer.arrived.length).toBeGreaterThan(before)
    })
  }

  it.each([
    // Of 300 requests a tenth of a full share is 7.7 on average, half of one 42.9, and a full one 75.
    ['slow', 1, 35],
    ['tenth', 1, 35],
    ['half', 15, 72],
    ['off', 60, 90],
  ])('right after it joined, a new endpoint gets what its minimum says: %s', async (host, least, most) => {
    expect(await running.problems()).toEqual([])
    await join(host)
    const tally = await running.tally(300, () => ({ host: `${host}.test` }))
    expect(tally.get('new') ?? 0).toBeGreaterThanOrEqual(least)
    expect(tally.get('new') ?? 0).toBeLessThanOrEqual(most)
    for (const name of ['a', 'b', 'c']) expect(tally.get(name)).toBeGreaterThan(60)
  })

  it('gives it the full share when the time is over', async () => {
    await join('short')
    await eventually(async () => {
      const tally = await running.tally(100, () => ({ host: 'short.test' }))
      expect(tally.get('new')).toBeGreaterThanOrEqual(20)
    })
  })

  it('the endpoints of the start are not new', async () => {
    const tally = await running.tally(60, () => ({ host: 'slow.test' }))
    for (const name of ['a', 'b', 'c']) expect(tally.get(name) ?? 0).toBeGreaterThan(10)
  })
})
