/** `hash-on`: each source of the key, with each hash strategy. */

import { describe, expect, it } from 'vitest'
import { ingress, service } from '../command/support/manifests.ts'
import { answeredBy, type SentRequest } from '../support/send-request.ts'
import { balancedSite, twoWorkers } from './support/balanced-site.ts'

type Source = readonly [hashOn: string, request: (key: string) => Partial<SentRequest>]

/** How a request carries its key for each source; `host` has hosts of its own. */
const sources: readonly Source[] = [
  ['ip', key => ({ headers: { 'X-Forwarded-For': `192.0.2.${key}` } })],
  ['header:X-User', key => ({ headers: { 'x-user': key } })],
  ['cookie:cart', key => ({ headers: { cookie: `other=1; cart=${key}` } })],
  ['query:id', key => ({ path: `/?x=1&id=${key}` })],
  ['uri', key => ({ path: `/p?${key}` })],
  ['path', key => ({ path: `/${key}?${Math.random()}` })],
]
const strategies = ['ring-hash', 'maglev', 'rendezvous']
const keys = Array.from({ length: 12 }, (_, index) => String(index + 1))

describe.each([twoWorkers])('%s', (_setup, flags) => {
  const site = balancedSite({
    flags: [...flags, '--trusted-proxies', '127.0.0.0/8'],
    backends: ['a', 'b', 'c', 'd'],
    objects: ports => [
      ...service('web', ports()),
      ...strategies.flatMap(strategy =>
        [...sources.map(([hashOn]) => hashOn), 'host'].map(hashOn =>
          ingress({
            name: `${strategy}-${hashOn.split(':')[0] ?? ''}`,
            host: hashOn === 'host' ? `*.${strategy}.test` : `${hashOn.split(':')[0] ?? ''}-${strategy}.test`,
            paths: [{ service: 'web' }],
            annotations: { 'ingresskit.dev/load-balance': strategy, 'ingresskit.dev/hash-on': hashOn },
          }),
        ),
      ),
      ingress({
        name: 'untrusted',
        host: 'untrusted.test',
        paths: [{ service: 'web' }],
        annotations: { 'ingresskit.dev/load-balance': 'maglev' },
      }),
    ],
  })

  it.each(strategies)('%s keeps every key of every source on one endpoint and spreads the keys', async strategy => {
    expect(await site.problems()).toEqual([])
    for (const [hashOn, request] of [
      ...sources,
      ['host', (key: string) => ({ host: `k${key}.${strategy}.test` })] satisfies Source,
    ]) {
      const used = new Set<string | number>()
      for (const key of keys) {
        const sent = { host: `${hashOn.split(':')[0] ?? ''}-${strategy}.test`, ...request(key) }
        const tally = await site.tally(5, () => ({ ...sent, ...request(key) }))
        expect([hashOn, key, [...tally.keys()]]).toEqual([hashOn, key, [expect.any(String)]])
        for (const name of tally.keys()) used.add(name)
      }
      // Twelve keys on one endpoint of four: once in four million for a good hash.
      expect([hashOn, used.size > 1]).toEqual([hashOn, true])
    }
  })

  it.each(['header', 'cookie', 'query'])('goes round-robin for requests without the key of hash-on %s', async kind => {
    for (const strategy of strategies) {
      const tally = await site.tally(40, () => ({ host: `${kind}-${strategy}.test` }))
      for (const name of ['a', 'b', 'c', 'd']) expect(Math.abs((tally.get(name) ?? 0) - 10)).toBeLessThanOrEqual(2)
    }
  })

  it('gives a key the same endpoint whatever came before it', async () => {
    const sent = { host: 'header-maglev.test', headers: { 'x-user': 'alice' } }
    const first = await site.answeredBy(sent)
    await site.tally(50, index => ({ host: 'header-maglev.test', headers: { 'x-user': `u${index}` } }))
    await site.tally(7, () => ({ host: 'header-maglev.test' }))
    expect(await site.answeredBy(sent)).toBe(first)
  })
})

describe('without trusted proxies', () => {
  const site = balancedSite({
    flags: [],
    backends: ['a', 'b', 'c', 'd'],
    objects: ports => [
      ...service('web', ports()),
      ingress({
        name: 'ip',
        host: 'ip.test',
        paths: [{ service: 'web' }],
        annotations: { 'ingresskit.dev/load-balance': 'maglev', 'ingresskit.dev/hash-on': 'ip' },
      }),
    ],
  })

  it('lets no client choose its endpoint by X-Forwarded-For', async () => {
    const names = new Set<string | number>()
    for (const key of keys) {
      const sent = { host: 'ip.test', headers: { 'X-Forwarded-For': `192.0.2.${key}` } }
      names.add(await answeredBy(site.server.http, sent))
    }
    expect(names.size).toBe(1)
  })
})
