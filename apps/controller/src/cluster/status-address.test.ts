/** Which texts are addresses, and when two lists of them say the same. */

import { describe, expect, it } from 'vitest'
import {
  addressesKey,
  canonicalAddresses,
  type LoadBalancerIngress,
  statusAddress,
  statusKey,
} from './status-address.ts'

describe('a text', () => {
  it.each([
    ['203.0.113.10', { ip: '203.0.113.10' }],
    ['2001:DB8:0::0:1', { ip: '2001:db8::1' }],
    ['LB-1.Example.com.', { hostname: 'lb-1.example.com' }],
    ['localhost', { hostname: 'localhost' }],
    ['a1b2.elb.eu-west-1.amazonaws.com', { hostname: 'a1b2.elb.eu-west-1.amazonaws.com' }],
  ])('like %s is an address', (text, address) => {
    expect(statusAddress(text)).toEqual(address)
  })

  it.each([
    '',
    ' ',
    '1.2.3',
    '300.1.1.1',
    '1.2.3.4:80',
    'fe80::1%eth0',
    '[::1]',
    '*.example.com',
    'under_score.example.com',
    '-a.example.com',
    'a..b',
    `${'a'.repeat(64)}.example.com`,
    `${'abcdefgh.'.repeat(29)}com`,
    'exämple.com',
    'a/b',
    'lb.example.com\n',
    '1.2.3.4\n',
    7,
    null,
    undefined,
  ])('like %j is none', text => {
    expect(statusAddress(text)).toBeUndefined()
  })
})

describe('lists of addresses', () => {
  const a: LoadBalancerIngress = { ip: '10.0.0.2' }
  const b: LoadBalancerIngress = { ip: '2001:db8::1' }
  const c: LoadBalancerIngress = { hostname: 'lb.example.com' }

  it('have one order and no duplicates', () => {
    expect(canonicalAddresses([c, b, a, c, a])).toEqual([a, b, c])
    expect(canonicalAddresses([])).toEqual([])
  })

  it('say the same as a status in any order and spelling, with or without ports', () => {
    const ingress = [{ hostname: 'LB.example.com' }, { ip: '10.0.0.2', ports: [{ port: 80 }] }, { ip: '2001:db8:0::1' }]
    expect(statusKey({ loadBalancer: { ingress } })).toBe(addressesKey([a, b, c]))
  })

  it('say the same as no status only when they are empty', () => {
    for (const none of [undefined, null, {}, { loadBalancer: {} }, { loadBalancer: { ingress: [] } }, 'x', []]) {
      expect(statusKey(none)).toBe(addressesKey([]))
    }
  })

  it('never say the same as a status with anything else in it', () => {
    for (const ip of ['10.0.0.3', 'garbage', 7]) {
      expect(statusKey({ loadBalancer: { ingress: [{ ip: '10.0.0.2' }, { ip }] } })).not.toBe(addressesKey([a]))
    }
  })
})
