/** `retry` with a budget: failures of many do not multiply the load. */

import { describe, expect, it } from 'vitest'
import { eventually } from '../command/support/eventually.ts'
import { ingress, service } from '../command/support/manifests.ts'
import { balancedSite, everySetup } from './support/balanced-site.ts'

const names = ['a', 'b', 'c']
const requests = 20
/** At most, in any setup. */
const threads = 2

describe.each(everySetup)('%s', (_setup, flags) => {
  const site = balancedSite({
    flags,
    backends: names,
    objects: ports =>
      Object.entries({
        tight: 'on=503, budget=0, budget-min=2',
        none: 'on=503, budget=0, budget-min=0',
        wide: 'on=503, budget=100, budget-min=1000',
      }).flatMap(([name, value]) => [
        ...service(name, ports()),
        ingress({
          name,
          host: `${name}.test`,
          paths: [{ service: name }],
          annotations: { 'ingresskit.dev/retry': value },
        }),
      ]),
  })
  const heldCount = (): number => names.reduce((sum, name) => sum + site.backend(name).heldCount(), 0)
  const arrived = (path: string): number =>
    names.reduce((sum, name) => sum + site.backend(name).arrived.filter(url => url === path).length, 0)

  it.each([
    ['tight', 2],
    ['none', 0],
    ['wide', requests],
  ])('with %s no more than %i retries are in flight, over all threads', async (host, allowed) => {
    expect(await site.problems()).toEqual([])
    for (const name of names) site.backend(name).react = () => 'hold'
    const path = `/${host}`
    const answers = Array.from({ length: requests }, () => site.send({ host: `${host}.test`, path }))
    await eventually(() => expect(heldCount()).toBe(requests))
    // All first attempts fail now; what arrives after that is a retry, and is held.
    for (const name of names) site.backend(name).release(503)
    let answered = 0
    for (const answer of answers) void answer.then(() => (answered += 1))
    await eventually(() => expect(answered + heldCount()).toBe(requests))
    const retried = heldCount()
    // Threads that pick at the same moment do not see each other: each beyond the first may go one too far.
    expect(retried).toBeGreaterThanOrEqual(allowed)
    expect(retried).toBeLessThanOrEqual(allowed === 0 ? 0 : Math.min(requests, allowed + threads - 1))
    expect(arrived(path)).toBe(requests + retried)
    for (const name of names) {
      site.backend(name).react = () => 'echo'
      site.backend(name).release()
    }
    const statuses = (await Promise.all(answers)).map(({ status }) => status)
    expect(statuses.filter(status => status === 200)).toHaveLength(retried)
    expect(statuses.filter(status => status === 503)).toHaveLength(requests - retried)
  })

  it('a request that fails alone is retried again after that', async () => {
    for (const name of ['a', 'b']) site.backend(name).react = () => 503
    for (let sent = 0; sent < 6; sent++) expect(await site.answeredBy({ host: 'tight.test' })).toBe('c')
  })
})
