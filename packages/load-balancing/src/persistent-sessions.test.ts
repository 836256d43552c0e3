import { describe, expect, it } from 'vitest'
import { client, countingKeys, endpointsOf, sign } from '../test/sessions.ts'
import type { Balancer, Endpoint } from './balancer.ts'
import { leastConn } from './least-conn.ts'
import { roundRobin } from './round-robin.ts'
import { stickySessions } from './sticky-sessions.ts'
import type { StickySessionsOptions } from './sticky-sessions-options.ts'

const sticky = (balancer: Balancer<Endpoint>, options: Partial<StickySessionsOptions> = {}): Balancer<Endpoint> =>
  stickySessions(balancer, { mode: 'persistent', sign, newKey: countingKeys(), onFailure: 'stay', ...options })

describe('persistent sessions', () => {
  it('move nothing when endpoints join', () => {
    const before = sticky(roundRobin(endpointsOf('a', 'b')))
    const clients = Array.from({ length: 40 }, () => client())
    const homes = clients.map(one => one.visit(before))
    const joined = Array.from({ length: 100 }, (_, index) => `new-${index}`)
    const after = before.withEndpoints(endpointsOf(...joined, 'a', 'b'))
    expect(clients.map(one => one.visit(after))).toEqual(homes)
    expect(clients.map(one => one.tokensGiven())).toEqual(clients.map(() => 1))
  })

  it('take no turn of the others', () => {
    const balancer = sticky(roundRobin(endpointsOf('a', 'b', 'c')))
    const one = client()
    expect(one.visit(balancer)).toBe('a')
    for (let visit = 0; visit < 5; visit += 1) one.visit(balancer)
    expect([client(), client(), client()].map(other => other.visit(balancer))).toEqual(['b', 'c', 'a'])
  })

  it('count for the strategy, which gives new sessions to endpoints with fewer requests', () => {
    const balancer = sticky(leastConn(endpointsOf('a', 'b')))
    const one = client()
    expect(one.visit(balancer)).toBe('a')
    for (let request = 0; request < 5; request += 1) balancer.started({ key: one.visit(balancer) })
    for (let request = 0; request < 5; request += 1) {
      const key = client().visit(balancer)
      balancer.started({ key })
      expect(key).toBe('b')
    }
  })

  it('stay with their endpoint when it was excluded for a time', () => {
    const balancer = sticky(roundRobin(endpointsOf('a', 'b')))
    const one = client()
    expect(one.visit(balancer)).toBe('a')
    expect([one.visit(balancer, 'a'), one.visit(balancer), one.tokensGiven()]).toEqual(['b', 'a', 1])
  })

  it('move for good when their endpoint was excluded and that is asked for', () => {
    const balancer = sticky(roundRobin(endpointsOf('a', 'b')), { onFailure: 'move' })
    const one = client()
    expect(one.visit(balancer)).toBe('a')
    expect([one.visit(balancer, 'a'), one.visit(balancer), one.tokensGiven()]).toEqual(['b', 'b', 2])
  })

  it('of an endpoint that is draining can be moved by a failure, but not back', () => {
    const before = sticky(roundRobin(endpointsOf('a', 'b')), { onFailure: 'move' })
    const one = client()
    expect(one.visit(before)).toBe('a')
    const draining = before.withEndpoints(endpointsOf('-a', 'b'))
    expect([one.visit(draining), one.visit(draining, 'a'), one.visit(draining)]).toEqual(['a', 'b', 'b'])
    expect(one.visit(draining, 'b')).toBe('all-excluded')
  })

  it('belong to the first endpoint that a retry of a new client reaches', () => {
    const balancer = sticky(roundRobin(endpointsOf('a', 'b')))
    const one = client()
    expect([one.visit(balancer, 'a'), one.visit(balancer), one.tokensGiven()]).toEqual(['b', 'b', 1])
  })

  it('cost one signature for each endpoint that ever was in the set, and none for a request', () => {
    const signed: string[] = []
    const counted = (text: string): string => {
      if (text !== '') signed.push(text)
      return sign(text)
    }
    const first = sticky(roundRobin(endpointsOf('a', 'b', 'c')), { sign: counted })
    expect(signed).toEqual([])
    const one = client()
    one.visit(first)
    expect(signed).toEqual(['a'])
    for (let visit = 0; visit < 10; visit += 1) one.visit(first)
    client('forged').visit(first)
    expect([...signed].sort()).toEqual(['a', 'b', 'c'])
    const next = first.withEndpoints(endpointsOf('c', 'd', 'a')).withEndpoints(endpointsOf('c', 'a', 'd'))
    for (let visit = 0; visit < 10; visit += 1) one.visit(next)
    expect([...signed].sort()).toEqual(['a', 'b', 'c', 'd'])
  })
})
