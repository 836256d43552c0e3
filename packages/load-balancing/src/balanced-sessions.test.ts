import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { seeded } from '../test/seed.ts'
import { client, countingKeys, endpointsOf, sign } from '../test/sessions.ts'
import type { Balancer, Endpoint } from './balancer.ts'
import { ringHash } from './ring-hash.ts'
import { slowStart } from './slow-start.ts'
import { stickySessions } from './sticky-sessions.ts'
import type { StickySessionsOptions } from './sticky-sessions-options.ts'

const sticky = (endpoints: readonly Endpoint[], options: Partial<StickySessionsOptions> = {}): Balancer<Endpoint> =>
  stickySessions(ringHash(endpoints), {
    mode: 'balanced',
    sign,
    newKey: countingKeys(),
    onFailure: 'stay',
    ...options,
  })

const numbered = (count: number): readonly Endpoint[] =>
  endpointsOf(...Array.from({ length: count }, (_, at) => `e${at}`))

describe(seeded('balanced sessions'), () => {
  it('move to the new endpoints only, about (n − c)/n of them, when c endpoints become n', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10 }), fc.integer({ min: 1, max: 10 }), (c, joined) => {
        const n = c + joined
        const before = sticky(numbered(c))
        const clients = Array.from({ length: 600 }, () => client())
        const homes = clients.map(one => one.visit(before))
        const after = before.withEndpoints(numbered(n))
        const moved = clients.filter((one, index) => {
          const next = one.visit(after)
          if (next === homes[index]) return false
          expect(Number(next.slice(1))).toBeGreaterThanOrEqual(c)
          return true
        })
        expect(Math.abs(moved.length / clients.length - (n - c) / n)).toBeLessThan(0.06)
        for (const one of clients) expect(one.tokensGiven()).toBe(moved.includes(one) ? 2 : 1)
      }),
      { numRuns: 20 },
    )
  })

  it('move to an endpoint that warms up once, and not back', () => {
    let nowMs = 0
    const options = { mode: 'balanced', sign, newKey: countingKeys(), onFailure: 'stay' } as const
    const before = stickySessions(slowStart(ringHash(numbered(3)), { windowMs: 100, now: () => nowMs }), options)
    const clients = Array.from({ length: 100 }, () => client())
    const homes = clients.map(one => one.visit(before))
    const after = before.withEndpoints(numbered(4))
    for (; nowMs <= 120; nowMs += 5) for (const one of clients) one.visit(after)
    const moved = clients.filter((one, index) => one.visit(after) !== homes[index])
    expect(moved.length).toBeGreaterThan(0)
    for (const one of clients) expect(one.tokensGiven()).toBe(moved.includes(one) ? 2 : 1)
  })

  it('stay with a draining endpoint that was theirs last, not with the one that the ring would name', () => {
    const before = sticky(numbered(4))
    const clients = Array.from({ length: 200 }, () => client())
    for (const one of clients) one.visit(before)
    const wide = before.withEndpoints(numbered(6))
    const homes = clients.map(one => one.visit(wide))
    const draining = wide.withEndpoints(
      numbered(6).map(endpoint => ({ ...endpoint, weight: endpoint.key > 'e2' ? 0 : 1 })),
    )
    expect(clients.map(one => one.visit(draining))).toEqual(homes)
    const narrow = draining.withEndpoints(numbered(3))
    for (const [index, one] of clients.entries()) {
      const home = homes[index] ?? ''
      expect(['e0', 'e1', 'e2']).toContain(one.visit(narrow))
      if (home <= 'e2') expect(one.visit(narrow)).toBe(home)
    }
  })

  it('that began while an endpoint was draining do not end up there', () => {
    const draining = sticky(endpointsOf('a', '-b'))
    for (let number = 0; number < 50; number += 1) {
      const one = client()
      expect([one.visit(draining), one.visit(draining)]).toEqual(['a', 'a'])
    }
  })

  it('stay with their endpoint when it was excluded for a time', () => {
    const balancer = sticky(numbered(4))
    for (let number = 0; number < 40; number += 1) {
      const one = client()
      const home = one.visit(balancer)
      const other = one.visit(balancer, home)
      expect(other).not.toBe(home)
      expect([one.visit(balancer, home), one.visit(balancer), one.tokensGiven()]).toEqual([other, home, 1])
    }
  })

  it('move for good when their endpoint was excluded and that is asked for', () => {
    const balancer = sticky(numbered(4), { onFailure: 'move' })
    for (let number = 0; number < 40; number += 1) {
      const one = client()
      const home = one.visit(balancer)
      const other = one.visit(balancer, home)
      expect(other).not.toBe(home)
      expect([one.visit(balancer), one.visit(balancer), one.tokensGiven()]).toEqual([other, other, 2])
    }
  })

  it('that begin with a retry stay where it went when the endpoint tried before is back', () => {
    const balancer = sticky(numbered(4))
    for (let number = 0; number < 40; number += 1) {
      const one = client()
      const first = one.visit(balancer, 'e0', 'e1')
      expect([one.visit(balancer), one.tokensGiven()]).toEqual([first, 1])
    }
  })

  it('draw 20 keys at most when nearly all endpoints are excluded', () => {
    let keys = 0
    const balancer = sticky(numbered(500), { newKey: () => `k${(keys += 1)}` })
    const [last, ...others] = numbered(500).map(({ key }) => key)
    expect(client().visit(balancer, ...others)).toBe(last)
    expect(keys).toBeLessThanOrEqual(20)
  })

  it('cannot be pointed at an endpoint by a key or an endpoint token of another session', () => {
    const before = sticky(numbered(4))
    const [one, other] = [client(), client()]
    const home = one.visit(before)
    while (other.visit(before) === home) other.forget()
    const [key, endpointToken] = one.token()?.split('.') ?? []
    const [otherKey, otherEndpointToken, otherSignature] = other.token()?.split('.') ?? []
    for (const forged of [
      `${key}.${endpointToken}.${otherSignature}`,
      `${key}.${otherEndpointToken}.${otherSignature}`,
      `${otherKey}.${endpointToken}.${otherSignature}`,
    ]) {
      const thief = client(forged)
      thief.visit(before.withEndpoints(endpointsOf(`-${home}`, 'z')))
      expect(thief.tokensGiven()).toBe(1)
    }
  })
})
