import { describe, expect, it } from 'vitest'
import { createBalancer, strategyNames } from './create-balancer.ts'
import { localInFlight } from './in-flight.ts'

describe('createBalancer', () => {
  it('builds every strategy it names', () => {
    expect(strategyNames).toEqual(['round-robin', 'least-conn', 'ring-hash'])
    for (const name of strategyNames) {
      expect(createBalancer(name, [{ key: 'a' }]).pick({ hashKey: 'k' })).toEqual({
        kind: 'picked',
        endpoint: { key: 'a' },
      })
    }
  })

  it('goes by requests in flight that began under another strategy with the same counts', () => {
    const options = { inFlight: localInFlight() }
    const endpoints = [{ key: 'a' }, { key: 'b' }]
    const before = createBalancer('round-robin', endpoints, options)
    before.started({ key: 'a' })
    const after = createBalancer('least-conn', endpoints, options)
    expect([after.pick({}), after.pick({})]).toEqual([
      { kind: 'picked', endpoint: { key: 'b' } },
      { kind: 'picked', endpoint: { key: 'b' } },
    ])
  })
})
