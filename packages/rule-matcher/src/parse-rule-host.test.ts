import { describe, expect, it } from 'vitest'
import { parseRuleHost } from './parse-rule-host.ts'

describe('the host of an Ingress rule', () => {
  it.each([
    ['foo.com', 'exact', 'foo.com'],
    ['foo', 'exact', 'foo'],
    ['1foo.2com', 'exact', '1foo.2com'],
    ['xn--bcher-kva.example', 'exact', 'xn--bcher-kva.example'],
    ['Foo.COM', 'exact', 'foo.com'],
    ['1.2.3.4.5', 'exact', '1.2.3.4.5'],
    ['1.2.3.256', 'exact', '1.2.3.256'],
    ['*.foo.com', 'wildcard', '*.foo.com'],
    ['*.Foo', 'wildcard', '*.foo'],
  ])('%s is legal', (host, kind, lowered) => {
    expect(parseRuleHost(host)).toEqual({ kind, host: lowered })
  })

  it.each([
    ['', 'empty'],
    ['*', 'bare-wildcard'],
    ['*.', 'not-a-dns-name'],
    ['*foo.com', 'misplaced-wildcard'],
    ['foo.*', 'misplaced-wildcard'],
    ['a.*.com', 'misplaced-wildcard'],
    ['*.*.com', 'misplaced-wildcard'],
    ['1.2.3.4', 'ip-address'],
    ['::1', 'ip-address'],
    ['[::1]', 'ip-address'],
    ['foo.com:80', 'not-a-dns-name'],
    ['foo.com.', 'not-a-dns-name'],
    ['.foo.com', 'not-a-dns-name'],
    ['foo..com', 'not-a-dns-name'],
    ['-foo.com', 'not-a-dns-name'],
    ['foo-.com', 'not-a-dns-name'],
    ['my_service', 'not-a-dns-name'],
    ['foo com', 'not-a-dns-name'],
    ['foo.com\n', 'not-a-dns-name'],
    ['b\u00fccher.example', 'not-a-dns-name'],
    ['\u212aube', 'not-a-dns-name'],
    ['a'.repeat(254), 'too-long'],
  ])('%j is not: %s', (host, reason) => {
    expect(parseRuleHost(host)).toEqual({ kind: 'invalid', reason })
  })
})
