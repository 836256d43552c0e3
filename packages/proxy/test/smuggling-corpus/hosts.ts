/** Host, authority and absolute form: two places that name a host, or one that names none (RFC 9112 §3.2). */

import { forwarded, refused, type Expected, type SeenRequest, type SmugglingCase } from './smuggling-case.ts'

const attack: SeenRequest = { line: 'GET /attack' }
const with_ = (host: string): Expected => forwarded({ ...attack, host })

/** Header lines after `GET /attack HTTP/1.1`; without `expected`: 400. */
const rows: readonly (readonly [id: string, what: string, hosts: string, expected?: Expected])[] = [
  ['RFC9112-7.1-MISSING-HOST', 'no Host', 'X: 1'],
  ['COMP-DUPLICATE-HOST-SAME', 'two equal Host fields', 'Host: site.test\r\nHost: site.test'],
  ['RFC9110-5.4-DUPLICATE-HOST', 'two Host fields', 'Host: site.test\r\nHost: other.test'],
  ['SMUG-DUPLICATE-HOST-CASE', 'two names that differ in case', 'Host: site.test\r\nhOsT: other.test'],
  ['SMUG-DUPLICATE-HOST-EMPTY', 'an empty Host beside a good one', 'Host: site.test\r\nHost:'],
  ['COMP-HOST-EMPTY-VALUE', 'an empty Host', 'Host:'],
  ['SMUG-HOST-BLANK', 'a Host of spaces', 'Host:   '],
  ['SMUG-MULTIPLE-HOST-COMMA', 'a list of hosts', 'Host: site.test, other.test'],
  ['COMP-HOST-WITH-USERINFO', 'a user', 'Host: user@site.test'],
  ['COMP-HOST-WITH-PATH', 'a path', 'Host: site.test/attack'],
  ['SMUG-HOST-QUERY', 'a query', 'Host: site.test?x'],
  ['SMUG-HOST-FRAGMENT', 'a fragment', 'Host: site.test#x'],
  ['SMUG-HOST-BACKSLASH', 'a backslash', 'Host: site.test\\other.test'],
  ['SMUG-HOST-SCHEME', 'a whole URL', 'Host: http://site.test'],
  ['SMUG-HOST-SPACE', 'a space between two names', 'Host: site.test other.test'],
  ['SMUG-HOST-TAB', 'a tab between two names', 'Host: site.test\tother.test'],
  ['SMUG-HOST-NULL', 'NUL', 'Host: site.test\0'],
  ['SMUG-HOST-NON-ASCII', 'a byte above 0x7F', 'Host: s\xefte.test'],
  ['SMUG-HOST-PERCENT', 'an escape', 'Host: site%2etest'],
  ['SMUG-HOST-QUOTED', 'a quoted name', 'Host: "site.test"'],
  ['SMUG-HOST-PORT-WORD', 'a word for the port', 'Host: site.test:http'],
  ['SMUG-HOST-PORT-RANGE', 'a port above 65535', 'Host: site.test:65536'],
  ['SMUG-HOST-PORT-SIGN', 'a sign before the port', 'Host: site.test:+80'],
  ['SMUG-HOST-PORT-ZERO', 'port 0', 'Host: site.test:0'],
  ['SMUG-HOST-TWO-PORTS', 'two ports', 'Host: site.test:80:81'],
  ['SMUG-HOST-PORT-SPACE', 'a space before the port', 'Host: site.test :80'],
  ['SMUG-HOST-ONLY-PORT', 'only a port', 'Host: :80'],
  ['SMUG-HOST-EMPTY-LABEL', 'two dots', 'Host: site..test'],
  ['SMUG-HOST-LEADING-DOT', 'a dot first', 'Host: .site.test'],
  ['SMUG-HOST-DOT', 'a dot alone', 'Host: .'],
  ['SMUG-HOST-IPV6-OPEN', 'an IPv6 address without its bracket', 'Host: [::1'],
  ['SMUG-HOST-IPV6-BARE', 'an IPv6 address without brackets', 'Host: ::1'],
  ['SMUG-HOST-IPV6-ZONE', 'an IPv6 zone', 'Host: [fe80::1%25eth0]'],
  ['SMUG-HOST-IPV6-SUFFIX', 'letters after the bracket', 'Host: [::1]x'],
  ['SMUG-HOST-LONG', 'a name of 300 characters', `Host: ${'a'.repeat(300)}`],
  ['SMUG-HOST-OBS-FOLD', 'a folded Host', 'Host: site.test\r\n .other.test'],
  ['SMUG-HOST-SP-BEFORE-COLON', 'a space before the colon', 'Host : site.test'],
  ['SMUG-HOST-UNDERSCORE-NAME', 'only Host_ is there', 'Host_: site.test'],
  ['SMUG-HOST-FORWARDED-ONLY', 'only X-Forwarded-Host is there', 'X-Forwarded-Host: site.test'],
  ['SMUG-HOST-CASE', 'capitals in the name', 'Host: SITE.test', with_('SITE.test')],
  ['SMUG-HOST-PORT', 'a port', 'Host: site.test:8080', with_('site.test:8080')],
  ['SMUG-HOST-TRAILING-DOT', 'a dot last', 'Host: site.test.', with_('site.test.')],
  ['SMUG-HOST-IPV6', 'an IPv6 address', 'Host: [::1]', with_('[::1]')],
  ['SMUG-HOST-IPV4', 'an IPv4 address', 'Host: 127.0.0.1', with_('127.0.0.1')],
  [
    'SMUG-HOST-LAST',
    'Host is not the first field',
    'X: 1\r\nHost: site.test',
    forwarded({ ...attack, fields: ['X: 1'] }),
  ],
]

/** A request target and a Host. */
const absolutes: readonly (readonly [id: string, what: string, target: string, host: string, expected?: Expected])[] = [
  [
    'COMP-ABSOLUTE-FORM',
    'a URL that names the same host: forwarded in origin form',
    'http://site.test/attack',
    'site.test',
    forwarded(attack),
  ],
  [
    'COMP-ABSOLUTE-FORM-CASE',
    'the scheme and the host in capitals',
    'HTTP://SITE.test/attack',
    'site.test',
    forwarded(attack),
  ],
  ['COMP-ABSOLUTE-FORM-NO-PATH', 'a URL without path', 'http://site.test', 'site.test', forwarded({ line: 'GET /' })],
  [
    'COMP-ABSOLUTE-FORM-QUERY',
    'a URL with a query and no path',
    'http://site.test?a',
    'site.test',
    forwarded({ line: 'GET /?a' }),
  ],
  ['SMUG-ABSOLUTE-URI-HOST-MISMATCH', 'another host than Host says', 'http://other.test/attack', 'site.test'],
  ['SMUG-ABSOLUTE-PORT-MISMATCH', 'another port than Host says', 'http://site.test:81/attack', 'site.test'],
  ['SMUG-ABSOLUTE-PORT-ONLY-HOST', 'a port only in Host', 'http://site.test/attack', 'site.test:81'],
  ['SMUG-ABSOLUTE-USERINFO', 'a user', 'http://site.test@other.test/attack', 'site.test'],
  ['SMUG-ABSOLUTE-USERINFO-SAME', 'a user before the same host', 'http://user@site.test/attack', 'site.test'],
  ['SMUG-ABSOLUTE-EMPTY-HOST', 'no host', 'http:///attack', 'site.test'],
  ['SMUG-ABSOLUTE-SCHEME', 'a scheme that is not http', 'ftp://site.test/attack', 'site.test'],
  ['SMUG-ABSOLUTE-JAVASCRIPT', 'a scheme without authority', 'javascript:alert(1)', 'site.test'],
  ['SMUG-ABSOLUTE-ONE-SLASH', 'one slash after the scheme', 'http:/site.test/attack', 'site.test'],
  ['SMUG-ABSOLUTE-BACKSLASHES', 'backslashes after the scheme', 'http:\\\\site.test/attack', 'site.test'],
  ['SMUG-ABSOLUTE-BACKSLASH-HOST', 'a backslash in the host', 'http://site.test\\.other.test/attack', 'site.test'],
  ['SMUG-ABSOLUTE-BRACKET', 'a bracket that does not close', 'http://[/attack', 'site.test'],
  ['SMUG-ABSOLUTE-FRAGMENT', 'a fragment', 'http://site.test/attack#x', 'site.test'],
  ['SMUG-ABSOLUTE-FRAGMENT-HOST', 'a fragment that hides a host', 'http://site.test#@other.test/attack', 'site.test'],
]

export const hostCases: readonly SmugglingCase[] = [
  ...rows.map(([id, what, hosts, expected]): SmugglingCase => ({
    id,
    what,
    rfc: id.includes('COLON') ? 'RFC 9112 §5.1' : id.includes('FOLD') ? 'RFC 9112 §5.2' : 'RFC 9112 §3.2',
    bytes: `GET /attack HTTP/1.1\r\n${hosts}\r\n\r\n`,
    expected: expected ?? refused(400),
  })),
  ...absolutes.map(([id, what, target, host, expected]): SmugglingCase => ({
    id,
    what,
    rfc: 'RFC 9112 §3.2.2',
    bytes: `GET ${target} HTTP/1.1\r\nHost: ${host}\r\n\r\n`,
    expected: expected ?? refused(400),
  })),
  {
    id: 'COMP-HTTP10-NO-HOST',
    what: 'no Host in HTTP/1.0: nothing to route by',
    rfc: 'RFC 9112 §3.2',
    bytes: 'GET /attack HTTP/1.0\r\n\r\n',
    expected: refused(400),
  },
]
