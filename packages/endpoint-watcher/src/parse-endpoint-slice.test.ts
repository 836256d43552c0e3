import { describe, expect, it } from 'vitest'
import { compute, plainService, service, slice } from '../test/objects.ts'

const good = { addresses: ['10.0.0.1'] }

describe('a malformed EndpointSlice', () => {
  it.each([
    { title: 'no endpoint object', bad: 7, field: 'endpoints[0]', reason: 'EndpointInvalid' },
    { title: 'no addresses', bad: {}, field: 'endpoints[0].addresses[0]', reason: 'EndpointInvalid' },
    {
      title: 'a DNS name',
      bad: { addresses: ['a.example'] },
      field: 'endpoints[0].addresses[0]',
      reason: 'EndpointInvalid',
    },
    {
      title: 'the other family',
      bad: { addresses: ['fd00::1'] },
      field: 'endpoints[0].addresses[0]',
      reason: 'EndpointInvalid',
    },
    {
      title: 'octal IPv4',
      bad: { addresses: ['010.0.0.1'] },
      field: 'endpoints[0].addresses[0]',
      reason: 'EndpointInvalid',
    },
    {
      title: 'the metadata service',
      bad: { addresses: ['169.254.169.254'] },
      field: 'endpoints[0].addresses[0]',
      reason: 'AddressRefused',
    },
    {
      title: 'the unspecified address',
      bad: { addresses: ['0.0.0.0'] },
      field: 'endpoints[0].addresses[0]',
      reason: 'AddressRefused',
    },
    {
      title: 'multicast',
      bad: { addresses: ['239.1.1.1'] },
      field: 'endpoints[0].addresses[0]',
      reason: 'AddressRefused',
    },
    {
      title: 'loopback',
      bad: { addresses: ['127.0.0.1'] },
      field: 'endpoints[0].addresses[0]',
      reason: 'AddressRefused',
    },
    {
      title: 'a condition that is no boolean',
      bad: { addresses: ['10.0.0.2'], conditions: { ready: 'yes' } },
      field: 'endpoints[0].conditions',
      reason: 'EndpointInvalid',
    },
  ])('with $title loses that endpoint only', ({ bad, field, reason }) => {
    const sets = compute([plainService], [slice({ endpoints: [bad, good] })])
    expect(sets.forPort('shop', 'web', 80)?.all.map(({ key }) => key)).toEqual(['10.0.0.1:8080'])
    expect(sets.problems).toMatchObject([{ reason, field, kind: 'EndpointSlice', namespace: 'shop', name: 'web-a' }])
  })

  it.each([
    { address: 'fe80::1', reason: 'AddressRefused' },
    { address: 'fe80::1%eth0', reason: 'EndpointInvalid' },
    { address: '::', reason: 'AddressRefused' },
    { address: 'ff02::1', reason: 'AddressRefused' },
    { address: '::ffff:169.254.169.254', reason: 'AddressRefused' },
  ])('of IPv6 with $address loses that endpoint', ({ address, reason }) => {
    const sets = compute([plainService], [slice({ addressType: 'IPv6', endpoints: [{ addresses: [address] }] })], {
      loopback: 'allow',
    })
    expect(sets.forPort('shop', 'web', 80)?.all).toEqual([])
    expect(sets.problems).toMatchObject([{ reason }])
  })

  it('may hold loopback addresses where that is allowed, decided anew when the option changes', () => {
    const local = slice({ endpoints: [{ addresses: ['127.0.0.1'] }] })
    const allowed = compute([plainService], [local], { loopback: 'allow' })
    expect(allowed.forPort('shop', 'web', 80)?.usable).toHaveLength(1)
    const refused = compute([plainService], [local], { loopback: 'refuse', previous: allowed })
    expect(refused.forPort('shop', 'web', 80)?.usable).toEqual([])
  })

  it('with a bad port loses that port only', () => {
    const ports = [{ name: '', port: 70_000 }, 'x', { name: 'b', port: 81 }]
    const both = service({ ports: [{ port: 80 }, { name: 'b', port: 81 }] })
    const sets = compute([both], [slice({ ports, endpoints: [good] })])
    expect(sets.forPort('shop', 'web', 80)?.reason).toBe('port-not-found')
    expect(sets.forPort('shop', 'web', 81)?.usable).toHaveLength(1)
    expect(sets.problems.map(({ field }) => field)).toEqual(['ports[0]', 'ports[1]'])
  })

  it('of type FQDN is not supported', () => {
    const sets = compute([plainService], [slice({ addressType: 'FQDN', endpoints: [{ addresses: ['a.example'] }] })])
    expect(sets.forPort('shop', 'web', 80)?.usable).toEqual([])
    expect(sets.problems).toMatchObject([{ severity: 'warning', reason: 'AddressTypeUnsupported' }])
  })

  it('reports at most 20 problems and how many more there were', () => {
    const sets = compute([plainService], [slice({ endpoints: Array.from({ length: 1000 }, () => 7) })])
    expect(sets.problems).toHaveLength(21)
    expect(sets.problems.at(-1)?.message).toContain('980 more')
  })
})

describe('a malformed Service', () => {
  it('loses its bad ports only', () => {
    const ports = [{ port: 'http' }, null, { port: 82, targetPort: {} }, { port: 80, targetPort: 8080 }]
    const sets = compute([service({ ports })], [slice({ endpoints: [good] })])
    expect([...sets.sets.keys()]).toEqual(['shop/web:80'])
    expect(sets.forPort('shop', 'web', 80)?.usable).toHaveLength(1)
    expect(sets.problems.map(({ field }) => field)).toEqual([
      'spec.ports[0].port',
      'spec.ports[1]',
      'spec.ports[2].targetPort',
    ])
  })
})
