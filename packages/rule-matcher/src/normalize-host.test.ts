import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { normalizeHost } from './normalize-host.ts'

describe('the host of a request', () => {
  it.each([
    ['foo.com', { host: 'foo.com' }],
    ['FOO.Com', { host: 'foo.com' }],
    ['foo.com:80', { host: 'foo.com', port: 80 }],
    ['foo.com:0', { host: 'foo.com', port: 0 }],
    ['foo.com:65535', { host: 'foo.com', port: 65_535 }],
    ['foo.com:', { host: 'foo.com' }],
    ['foo.com.', { host: 'foo.com' }],
    ['foo.com.:8080', { host: 'foo.com', port: 8080 }],
    ['my_service', { host: 'my_service' }],
    ['xn--bcher-kva.example', { host: 'xn--bcher-kva.example' }],
    ['192.0.2.1:8080', { host: '192.0.2.1', port: 8080 }],
    ['[::1]', { host: '[::1]' }],
    ['[2001:DB8::1]:443', { host: '[2001:db8::1]', port: 443 }],
    ['[::ffff:192.0.2.1]', { host: '[::ffff:192.0.2.1]' }],
    ['[1:2:3:4:5:6:7:8]', { host: '[1:2:3:4:5:6:7:8]' }],
    ['[1:2:3:4:5:6:192.0.2.1]', { host: '[1:2:3:4:5:6:192.0.2.1]' }],
    ['[::]', { host: '[::]' }],
    ['[1::]', { host: '[1::]' }],
    ['a'.repeat(253), { host: 'a'.repeat(253) }],
    ['a'.repeat(253) + '.', { host: 'a'.repeat(253) }],
  ])('%s is read as %j', (authority, host) => {
    expect(normalizeHost(authority)).toEqual({ kind: 'host', ...host })
  })

  it.each([
    ['', 'empty'],
    ['.', 'empty'],
    [':80', 'empty'],
    ['foo..com', 'empty-label'],
    ['.foo.com', 'empty-label'],
    ['foo.com..', 'empty-label'],
    ['foo.com/', 'bad-character'],
    ['user@foo.com', 'bad-character'],
    ['a.com,b.com', 'bad-character'],
    ['a.com b.com', 'bad-character'],
    [' a.com', 'bad-character'],
    ['a.com\t', 'bad-character'],
    ['*.foo.com', 'bad-character'],
    ['foo%2ecom', 'bad-character'],
    ['foo.com?x', 'bad-character'],
    ['foo.com#x', 'bad-character'],
    ['foo\\bar', 'bad-character'],
    ['b\u00fccher.example', 'bad-character'],
    ['\u212aube', 'bad-character'],
    ['a\u0000b', 'bad-character'],
    ['a[b', 'bad-character'],
    ['a]b', 'bad-character'],
    ['a`b{', 'bad-character'],
    ['foo.com:65536', 'bad-port'],
    ['foo.com:000080', 'bad-port'],
    ['foo.com:-1', 'bad-port'],
    ['foo.com:+1', 'bad-port'],
    ['foo.com:8o', 'bad-port'],
    ['foo.com: 80', 'bad-port'],
    ['foo.com:80:80', 'bad-port'],
    ['[::1]:x', 'bad-port'],
    ['[::1', 'bad-ip-literal'],
    ['[]', 'bad-ip-literal'],
    ['[:]', 'bad-ip-literal'],
    ['[:::]', 'bad-ip-literal'],
    ['[1::2::3]', 'bad-ip-literal'],
    ['[1:2:3:4:5:6:7]', 'bad-ip-literal'],
    ['[1:2:3:4:5:6:7:8:9]', 'bad-ip-literal'],
    ['[1:2:3:4::5:6:7:8]', 'bad-ip-literal'],
    ['[12345::]', 'bad-ip-literal'],
    ['[g::]', 'bad-ip-literal'],
    ['[192.0.2.1]', 'bad-ip-literal'],
    ['[192.0.2.1::]', 'bad-ip-literal'],
    ['[::192.0.2.256]', 'bad-ip-literal'],
    ['[fe80::1%25eth0]', 'bad-ip-literal'],
    ['[v1.x]', 'bad-ip-literal'],
    ['[::1]x', 'bad-character'],
    ['[::1].', 'bad-character'],
    ['a'.repeat(254), 'too-long'],
  ])('%j is invalid: %s', (authority, reason) => {
    expect(normalizeHost(authority)).toEqual({ kind: 'invalid', reason })
  })

  it('is normal already once it was normalised', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[aB0.:_[\]-]{1,8}$/), authority => {
        const once = normalizeHost(authority)
        fc.pre(once.kind === 'host')
        expect(normalizeHost(once.host)).toEqual({ kind: 'host', host: once.host })
      }),
      { numRuns: 1000 },
    )
  })
})
