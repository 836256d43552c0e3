import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { addressScope } from './address-scope.ts'

it.each([
  ['0.0.0.0', 'unspecified'],
  ['0.1.2.3', 'unspecified'],
  ['127.0.0.1', 'loopback'],
  ['127.255.255.255', 'loopback'],
  ['128.0.0.1', 'unicast'],
  ['169.253.255.255', 'unicast'],
  ['169.254.169.254', 'link-local'],
  ['169.255.0.1', 'unicast'],
  ['10.0.0.1', 'unicast'],
  ['223.255.255.255', 'unicast'],
  ['224.0.0.1', 'multicast'],
  ['239.255.255.255', 'multicast'],
  ['240.0.0.1', 'unicast'],
  ['255.255.255.254', 'unicast'],
  ['255.255.255.255', 'multicast'],
  ['100.100.100.200', 'cloud-metadata'],
  ['100.100.100.201', 'unicast'],
  ['168.63.129.16', 'cloud-metadata'],
  ['fd00:ec2::254', 'cloud-metadata'],
  ['fd00:0ec2:0::0254', 'cloud-metadata'],
  ['fd20:ce::254', 'cloud-metadata'],
  ['fd00:ec2::255', 'unicast'],
  ['::ffff:168.63.129.16', 'cloud-metadata'],
  ['::', 'unspecified'],
  ['::1', 'loopback'],
  ['fe80::1', 'link-local'],
  ['ff02::1', 'multicast'],
  ['2001:db8::1', 'unicast'],
  ['fe80::1%eth0', 'not-an-address'],
  ['0x7f.0.0.1', 'not-an-address'],
  ['127.1', 'not-an-address'],
  ['127.0.0.01', 'not-an-address'],
  ['', 'not-an-address'],
])('%s is %s', (address, scope) => {
  expect(addressScope(address)).toBe(scope)
})

it('takes an IPv4-mapped IPv6 address for the address inside', () => {
  fc.assert(
    fc.property(fc.ipV4(), address => {
      expect(addressScope(`::ffff:${address}`)).toBe(addressScope(address))
    }),
    { numRuns: 300 },
  )
})
