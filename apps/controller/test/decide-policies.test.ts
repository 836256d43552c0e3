/** How policies of Ingresses and Services are told apart. */

import { describe, expect, it } from 'vitest'
import { decide } from '../src/snapshot/decide.ts'
import type { Snapshot } from '../src/snapshot/snapshot.ts'
import { headOf, never, own, served, site } from './support/decisions.ts'
import { endpointSlice, ingressOf, serviceOf } from './support/kubernetes-objects.ts'
import { snapshotSequence } from './support/snapshot-of.ts'

describe('policies', () => {
  it('of one Ingress do not reach another one that uses the same Service', () => {
    const snapshot = snapshotSequence().of([
      ...served('web', 1, 2),
      site('a', 'web', { [own('circuit-breaker')]: 'requests=1', [own('load-balance')]: 'p2c' }),
      ingressOf({ name: 'b', host: 'other.test', paths: [{ service: 'web' }] }),
    ])
    const decisions = ['site.test', 'other.test'].map(host => decide(snapshot, { ...headOf(), host }, never))
    const [limited, free] = decisions.map(decision => (decision.kind === 'forward' ? decision.upstream : undefined))
    const picked = limited?.pick({})
    if (picked?.kind !== 'picked') throw new Error('nothing was picked')
    limited?.started(picked.endpoint, { isRetry: false })
    expect(limited?.pick({})).toEqual({ kind: 'none', reason: 'too-many-requests' })
    expect(free?.pick({}).kind).toBe('picked')
  })

  it('that are equal share one balancer; the requests in flight are shared by all', () => {
    const snapshot = snapshotSequence().of([
      ...served('web', 1),
      site('a', 'web', { [own('load-balance')]: 'least-conn' }),
      ingressOf({
        name: 'b',
        host: 'b.test',
        paths: [{ service: 'web' }],
        annotations: { [own('load-balance')]: 'least-conn' },
      }),
      ingressOf({ name: 'c', host: 'c.test', paths: [{ service: 'web' }] }),
    ])
    expect(snapshot.upstreams.size).toBe(2)
    const [one, other] = [...snapshot.upstreams.values()]
    const endpoint = one?.balancer.endpoints[0]
    if (endpoint === undefined) throw new Error('there is no endpoint')
    one?.balancer.started(endpoint)
    expect(other?.balancer.inFlight(endpoint.key)).toBe(1)
  })

  it('of a Service limit all that is sent to it together, whatever else its Ingresses set', () => {
    const web = serviceOf('web')
    const limited = { ...web, metadata: { ...web.metadata, annotations: { [own('circuit-breaker')]: 'requests=2' } } }
    const snapshot = snapshotSequence().of([
      limited,
      ...served('web', 1).slice(1),
      site('a', 'web', { [own('load-balance')]: 'p2c' }),
      ingressOf({ name: 'b', host: 'b.test', paths: [{ service: 'web' }] }),
    ])
    const [a, b] = [...snapshot.upstreams.values()].map(({ balancer }) => balancer)
    const endpoint = a?.endpoints[0]
    if (endpoint === undefined || b === undefined) throw new Error('there are two upstreams')
    a?.started(endpoint)
    b.started(endpoint)
    expect([a?.pick({}), b.pick({})].map(result => result?.kind)).toEqual(['none', 'none'])
  })

  it('of two Ingresses with the same limit count for each by itself, and go on when the limit changes', () => {
    const sequence = snapshotSequence()
    const breaker = (requests: number) => ({ [own('circuit-breaker')]: `requests=${requests}` })
    const objects = (requests: number) => [
      ...served('web', 1),
      site('a', 'web', breaker(requests)),
      ingressOf({ name: 'b', host: 'b.test', paths: [{ service: 'web' }], annotations: breaker(1) }),
    ]
    const upstreamsOf = (snapshot: Snapshot) => [...snapshot.upstreams.values()].map(({ balancer }) => balancer)
    const [a, b] = upstreamsOf(sequence.of(objects(1)))
    const endpoint = a?.endpoints[0]
    if (endpoint === undefined) throw new Error('there is an endpoint')
    a?.started(endpoint)
    expect([a?.pick({}).kind, b?.pick({}).kind]).toEqual(['none', 'picked'])
    const [wider] = upstreamsOf(sequence.of(objects(2)))
    wider?.started(endpoint)
    expect(wider?.pick({}).kind).toBe('none')
  })

  it('on a Service hold for every Ingress that does not say otherwise', () => {
    const web = serviceOf('web')
    const annotated = { ...web, metadata: { ...web.metadata, annotations: { [own('load-balance')]: 'maglev' } } }
    const snapshot = snapshotSequence().of([
      annotated,
      ...served('web', 1).slice(1),
      site('a', 'web'),
      ingressOf({
        name: 'b',
        host: 'b.test',
        paths: [{ service: 'web' }],
        annotations: { [own('load-balance')]: 'p2c' },
      }),
    ])
    expect([...snapshot.upstreams.values()].map(({ policy }) => policy.strategy)).toEqual(['maglev', 'p2c'])
  })

  it('prefer the endpoints that hints name for the zone of this replica', () => {
    const zoned = (port: number, zone: string) => {
      const slice = endpointSlice({ service: 'web', sliceName: `web-${port}`, ports: { http: port } })
      const endpoints = (slice['endpoints'] as object[]).map(one => ({ ...one, hints: { forZones: [{ name: zone }] } }))
      return { ...slice, endpoints }
    }
    const objects = [serviceOf('web'), zoned(1, 'east'), zoned(2, 'west'), site('a', 'web')]
    const keys = (flags: Readonly<Record<string, string>>): readonly string[] =>
      [...snapshotSequence({ flags }).of(objects).upstreams.values()].flatMap(({ balancer }) =>
        balancer.endpoints.map(({ key }) => key),
      )
    expect(keys({ zone: 'west' })).toEqual(['127.0.0.1:2'])
    expect(keys({})).toEqual(['127.0.0.1:1', '127.0.0.1:2'])
  })
})
