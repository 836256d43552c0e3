import { assert, ipV4, property, array } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { clientAddress, unmapped } from './client-address.ts'
import { ProxyError } from './proxy-error.ts'
import { trustedPeers } from './trusted-peers.ts'

const trusts = trustedPeers(['10.0.0.0/8', '2001:db8::/32', '192.0.2.1'])

describe('clientAddress', () => {
  it.each([
    ['203.0.113.1', ['6.6.6.6'], '203.0.113.1'],
    ['10.0.0.1', [], '10.0.0.1'],
    ['10.0.0.1', ['203.0.113.1'], '203.0.113.1'],
    ['10.0.0.1', ['6.6.6.6, 203.0.113.1', '10.9.9.9'], '203.0.113.1'],
    ['10.0.0.1', ['10.0.0.3, 10.0.0.2'], '10.0.0.3'],
    ['10.0.0.1', ['6.6.6.6, nonsense, 10.0.0.2'], '10.0.0.2'],
    ['10.0.0.1', ['203.0.113.1:1234'], '203.0.113.1'],
    ['10.0.0.1', ['[2001:470::1]:80'], '2001:470::1'],
    ['10.0.0.1', ['::ffff:203.0.113.1'], '203.0.113.1'],
    ['2001:db8::9', ['203.0.113.1'], '203.0.113.1'],
  ])('from peer %s with %j is %s', (peer, forwardedFor, expected) => {
    expect(clientAddress(peer, forwardedFor, trusts)).toBe(expected)
  })

  it('cannot be chosen by a client in front of the trusted chain, whatever it sends', () => {
    assert(
      property(array(ipV4(), { maxLength: 50 }), forged => {
        expect(clientAddress('10.0.0.1', [[...forged, '203.0.113.7', '10.0.0.2'].join(', ')], trusts)).toBe(
          '203.0.113.7',
        )
      }),
    )
  })
})

describe('trustedPeers', () => {
  it.each(['nonsense', '10.0.0.0/33', '10.0.0.0/', '::1/129', 'a/8'])('refuses %s by name', entry => {
    expect(() => trustedPeers([entry])).toThrow(ProxyError)
    expect(() => trustedPeers([entry])).toThrow(entry)
  })

  it('trusts nobody by default, and nothing that is no address', () => {
    expect(trustedPeers([])('127.0.0.1')).toBe(false)
    expect(trusts('')).toBe(false)
    expect(trusts('192.0.2.1')).toBe(true)
    expect(trusts('192.0.2.2')).toBe(false)
  })
})

describe('unmapped', () => {
  it('takes the prefix of dual-stack listeners off IPv4 addresses only', () => {
    expect(['::ffff:1.2.3.4', '1.2.3.4', '::ffff:1', '::1', ''].map(unmapped)).toEqual([
      '1.2.3.4',
      '1.2.3.4',
      '::ffff:1',
      '::1',
      '',
    ])
  })
})
