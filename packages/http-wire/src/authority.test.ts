import { assert, property, string } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseAuthority } from './authority.ts'

describe('parseAuthority', () => {
  it.each([
    ['Site.Test', { host: 'site.test' }],
    ['site.test.', { host: 'site.test' }],
    ['site.test:8080', { host: 'site.test', port: 8080 }],
    ['1.2.3.4:1', { host: '1.2.3.4', port: 1 }],
    ['[2001:DB8::1]:443', { host: '[2001:db8::1]', port: 443 }],
    ['my_svc', { host: 'my_svc' }],
  ])('reads %s', (text, expected) => {
    expect(parseAuthority(text)).toEqual(expected)
  })

  it.each([
    '',
    '.',
    '..',
    'a..b',
    '.a',
    'a..',
    'a:',
    'a:0',
    'a:65536',
    'a:x',
    'a b',
    'a/b',
    'a@b',
    'a,b',
    '[::1',
    '[gg::]',
    '[1.2.3.4]',
    'ä.test',
    'a%2e',
    'x'.repeat(254),
  ])('refuses %j', text => {
    expect(parseAuthority(text)).toBeUndefined()
  })

  it('gives a host that it reads the same again', () => {
    assert(
      property(string({ maxLength: 20 }), text => {
        const host = parseAuthority(text)?.host
        if (host !== undefined) expect(parseAuthority(host)).toEqual({ host })
      }),
    )
  })
})
