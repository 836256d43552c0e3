/** `service-weights`: one path, several Services. */

import { describe, expect, it } from 'vitest'
import { eventually } from '../command/support/eventually.ts'
import { startLoad } from '../command/support/keep-alive-load.ts'
import { ingress, service } from '../command/support/manifests.ts'
import { balancedSite, everySetup } from './support/balanced-site.ts'
import { expectShare } from './support/shares.ts'

const split = (name: string, weights: string): object =>
  ingress({
    name,
    host: `${name}.test`,
    paths: [{ service: 'rule' }],
    annotations: { 'ingresskit.dev/service-weights': weights },
  })

describe.each(everySetup)('%s', (_setup, flags) => {
  const site = balancedSite({
    flags,
    backends: ['v1', 'v2', 'v3', 'rule'],
    objects: ports => [
      ...['v1', 'v2', 'v3', 'rule'].flatMap(name => service(name, ports(name))),
      ...service('empty', []),
      split('two', 'v1=90, v2=10'),
      split('three', 'v1=1,v2=2,v3=1'),
      split('none', 'v1=0, v2=7'),
      split('missing', 'v1=50, absent=900, empty=900, v2=50'),
      split('nothing', 'absent=1'),
      split('emptied', 'absent=1, empty=5'),
      split('zero', 'v1=0, v2=0'),
      split('bad', 'v1=many'),
      ingress({ name: 'plain', host: 'plain.test', paths: [{ service: 'rule' }] }),
    ],
  })

  it.each([
    ['two', { v1: 0.9, v2: 0.1, v3: 0, rule: 0 }],
    ['three', { v1: 0.25, v2: 0.5, v3: 0.25, rule: 0 }],
    ['none', { v1: 0, v2: 1, v3: 0, rule: 0 }],
    ['missing', { v1: 0.5, v2: 0.5, rule: 0 }],
  ])('splits by the weights, and leaves out what is missing or has no endpoints: %s', async (name, shares) => {
    const tally = await site.tally(400, () => ({ host: `${name}.test` }))
    for (const [backend, share] of Object.entries(shares)) expectShare(tally.get(backend), 400, share)
    expect([...tally.values()].reduce((sum, count) => sum + count, 0)).toBe(400)
    expect([...tally.keys()].filter(answer => typeof answer === 'number')).toEqual([])
  })

  it.each(['nothing', 'zero', 'bad', 'plain'])(
    'uses the Service of the rule when there is nothing to split: %s',
    async name => {
      expect(await site.tally(10, () => ({ host: `${name}.test` }))).toEqual(new Map([['rule', 10]]))
    },
  )

  it('uses the Service of the rule when none of the split has an endpoint', async () => {
    expect(await site.tally(10, () => ({ host: 'emptied.test' }))).toEqual(new Map([['rule', 10]]))
  })

  it('says which Service is missing and which list cannot be read, and nothing about the others', async () => {
    const problems = await site.problems()
    expect(problems.filter(({ name }) => ['two', 'three', 'none', 'plain'].includes(name))).toEqual([])
    const field = "metadata.annotations['ingresskit.dev/service-weights']"
    for (const name of ['missing', 'bad'])
      expect(problems).toContainEqual(expect.objectContaining({ kind: 'Ingress', namespace: 'default', name, field }))
    expect(problems.find(({ name }) => name === 'missing')?.message).toContain('absent')
  })

  it('follows a change of the weights without losing a request', async () => {
    const load = startLoad(site.server.http, { host: 'moving.test', clients: 4, agent: { keepAlive: true } })
    const only = async (weights: string, backend: string): Promise<void> => {
      await site.folder.write('moving.yaml', [split('moving', weights)])
      await eventually(async () =>
        expect(await site.tally(20, () => ({ host: 'moving.test' }))).toEqual(new Map([[backend, 20]])),
      )
    }
    await only('v1=1, v2=0', 'v1')
    const before = load.failures().length
    await only('v1=0, v2=1', 'v2')
    await only('v1=0, v2=0, v3=5', 'v3')
    await only('absent=3', 'rule')
    load.stop()
    await load.stopped
    // Up to the first write there was no such Ingress.
    expect(load.failures().slice(before)).toEqual([])
    expect(load.finishedCount()).toBeGreaterThan(before)
  })

  it('lets each Service have the port of the rule by name', async () => {
    const named = ingress({
      name: 'named',
      host: 'named.test',
      paths: [{ service: 'rule' }],
      annotations: { 'ingresskit.dev/service-weights': 'v1=1, v2=1' },
    })
    const byName = JSON.parse(JSON.stringify(named).replace('{"number":80}', '{"name":"http"}')) as object
    await site.folder.write('named.yaml', [byName])
    await eventually(async () =>
      expect(new Set((await site.tally(60, () => ({ host: 'named.test' }))).keys())).toEqual(new Set(['v1', 'v2'])),
    )
  })
})
