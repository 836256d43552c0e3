/** `load-balance`: each of the eight strategies behind the command. */

import { describe, expect, it } from 'vitest'
import { ingress, service } from '../command/support/manifests.ts'
import { balancedSite, everySetup } from './support/balanced-site.ts'
import { holdOn } from './support/hold-requests.ts'

const strategies = ['round-robin', 'least-conn', 'p2c', 'peak-ewma', 'random', 'ring-hash', 'maglev', 'rendezvous']

describe.each(everySetup)('%s', (_setup, flags) => {
  const site = balancedSite({
    flags: [...flags, '--trusted-proxies', '127.0.0.0/8'],
    backends: ['a', 'b', 'c'],
    objects: ports =>
      strategies.flatMap(strategy => [
        ...service(strategy, ports()),
        ingress({
          name: strategy,
          host: `${strategy}.test`,
          paths: [{ service: strategy }],
          annotations: { 'ingresskit.dev/load-balance': strategy },
        }),
      ]),
  })

  it('accepts all eight without a problem', async () => {
    expect(await site.problems()).toEqual([])
  })

  it.each(strategies)('%s answers every request and uses every endpoint for many clients', async strategy => {
    // 120 clients leave one of three endpoints out once in 10^20 runs, also by chance alone.
    const tally = await site.tally(120, index => ({
      host: `${strategy}.test`,
      headers: { 'X-Forwarded-For': `192.0.2.${index + 1}` },
    }))
    expect(new Set(tally.keys())).toEqual(new Set(['a', 'b', 'c']))
  })

  it('round-robin gives every endpoint its turn', async () => {
    const tally = await site.tally(60, () => ({ host: 'round-robin.test' }))
    // The turns of two threads are each thread's own: a thread may be off by one turn per endpoint.
    for (const name of ['a', 'b', 'c']) expect(Math.abs((tally.get(name) ?? 0) - 20)).toBeLessThanOrEqual(2)
  })

  it.each(['ring-hash', 'maglev', 'rendezvous'])('%s keeps a client on one endpoint by default', async strategy => {
    for (const client of ['198.51.100.1', '198.51.100.2', '2001:db8::1']) {
      const tally = await site.tally(20, () => ({ host: `${strategy}.test`, headers: { 'X-Forwarded-For': client } }))
      expect([client, tally.size]).toEqual([client, 1])
    }
  })

  it.each(['least-conn', 'p2c'])('%s sends nothing to an endpoint that is busier than the others', async strategy => {
    // Two drawn without replacement are never both the busy one.
    const sent = { host: `${strategy}.test` }
    const held = await holdOn(site, site.backend('a'), { count: 1, sent })
    const names = new Set<string | number>()
    for (let count = 0; count < 40; count++) names.add(await site.answeredBy(sent))
    expect(names).toEqual(new Set(['b', 'c']))
    site.backend('a').release()
    await Promise.all(held)
  })
})
