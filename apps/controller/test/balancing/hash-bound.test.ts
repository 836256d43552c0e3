/** `hash-bound`: a key leaves its endpoint while that one has more than its part of the load. */

import { describe, expect, it } from 'vitest'
import { ingress, service } from '../command/support/manifests.ts'
import { balancedSite, twoWorkers } from './support/balanced-site.ts'
import { holdAnywhere } from './support/hold-requests.ts'

const names = ['a', 'b', 'c', 'd']
const strategies = ['ring-hash', 'maglev', 'rendezvous']

describe.each([twoWorkers])('%s', (_setup, flags) => {
  const site = balancedSite({
    flags,
    backends: names,
    objects: ports =>
      strategies.flatMap(strategy => [
        ...service(strategy, ports()),
        ...[
          ['bound', '1.25'],
          ['free', 'off'],
        ].map(([kind = '', bound = '']) =>
          ingress({
            name: `${kind}-${strategy}`,
            host: `${kind}-${strategy}.test`,
            paths: [{ service: strategy }],
            annotations: {
              'ingresskit.dev/load-balance': strategy,
              'ingresskit.dev/hash-on': 'header:x-key',
              'ingresskit.dev/hash-bound': bound,
            },
          }),
        ),
      ]),
  })
  const held = (): readonly number[] => names.map(name => site.backend(name).heldCount())

  it.each(strategies)(
    '%s: of one key no endpoint has more in flight than the factor of the average allows',
    async strategy => {
      expect(await site.problems()).toEqual([])
      const sent = { host: `bound-${strategy}.test`, headers: { 'x-key': 'one' } }
      const home = await site.answeredBy(sent)
      const answers = await holdAnywhere(site, names.map(site.backend), {
        count: 20,
        sent,
        each: total => {
          const most = Math.ceil((1.25 * total) / names.length)
          expect(Math.max(...held()), `after ${total}: ${held().join(' ')}`).toBeLessThanOrEqual(most)
          if (total === 1) expect(site.backend(String(home)).heldCount()).toBe(1)
        },
      })
      for (const name of names) site.backend(name).release()
      expect((await Promise.all(answers)).map(({ status }) => status)).toEqual(answers.map(() => 200))
      for (const name of names) site.backend(name).react = () => 'echo'
      expect(await site.tally(10, () => sent).then(tally => tally.get(home))).toBeGreaterThanOrEqual(1)
      for (let count = 0; count < 10; count++) expect(await site.answeredBy(sent)).toBe(home)
    },
  )

  it('without a bound one endpoint gets everything of a key', async () => {
    const sent = { host: 'free-maglev.test', headers: { 'x-key': 'one' } }
    const answers = await holdAnywhere(site, names.map(site.backend), { count: 8, sent })
    expect(held().filter(count => count > 0)).toEqual([8])
    for (const name of names) site.backend(name).release()
    await Promise.all(answers)
  })
})
