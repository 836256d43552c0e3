import { describe, expect, it } from 'vitest'
import { createBalancer, strategyNames } from './create-balancer.ts'
import { localInFlight } from './in-flight.ts'
import { LoadBalancingError } from './load-balancing-error.ts'

const now = (): number => 0

describe('createBalancer', () => {
  it('builds every strategy it names', () => {
    expect(strategyNames).toEqual([
      'round-robin',
      'least-conn',
      'p2c',
      'peak-ewma',
      'random',
      'ring-hash',
      'maglev',
      'rendezvous',
    ])
    for (const name of strategyNames) {
      expect(createBalancer(name, [{ key: 'a' }], { now }).pick({ hashKey: 'k' })).toEqual({
        kind: 'picked',
        endpoint: { key: 'a' },
        position: 0,
      })
    }
  })

  it('goes by requests in flight that began under another strategy with the same counts', () => {
    const options = { inFlight: localInFlight(), now }
    const endpoints = [{ key: 'a' }, { key: 'b' }]
    const before = createBalancer('round-robin', endpoints, options)
    before.started({ key: 'a' })
    for (const name of ['least-conn', 'p2c', 'peak-ewma'] as const) {
      const after = createBalancer(name, endpoints, options)
      expect([after.pick({}), after.pick({})]).toEqual([
        { kind: 'picked', endpoint: { key: 'b' }, position: 1 },
        { kind: 'picked', endpoint: { key: 'b' }, position: 1 },
      ])
    }
  })

  it('asks for a clock when the strategy needs one, and only then', () => {
    const build = (): unknown => createBalancer('peak-ewma', [{ key: 'a' }])
    expect(build).toThrow(LoadBalancingError)
    expect(build).toThrow(expect.objectContaining({ code: 'clock-missing' }))
    expect(build).toThrow('give a clock in milliseconds')
    for (const name of strategyNames.filter(name => name !== 'peak-ewma')) {
      expect(createBalancer(name, [{ key: 'a' }]).pick({})).toMatchObject({ kind: 'picked' })
    }
  })
})
