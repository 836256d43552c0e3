// The tables of https://kubernetes.io/docs/concepts/services-networking/ingress/ (path types, hostname wildcards).
import { describe, expect, it } from 'vitest'
import { canonicalPath, chooseAlternative, compileRules, normalizeHost } from '../src/index.ts'
import type { PathType, Rule } from '../src/index.ts'
import { buildRule } from './build-rule.ts'

function served(rules: readonly Rule<string>[], authority: string, rawPath: string): string {
  const { table } = compileRules({ rules, defaults: [] })
  const host = normalizeHost(authority)
  const path = canonicalPath(rawPath)
  if (host.kind === 'invalid' || path.kind === 'rejected') return 'refused'
  const result = chooseAlternative(table.match(host.host, path.matchPath), () => false)
  return result.kind === 'none' ? result.reason : result.rule.value
}

describe('the path table of the Kubernetes documentation', () => {
  const rows: readonly [paths: readonly (readonly [PathType, string])[], request: string, expected: string][] = [
    [[['Prefix', '/']], '/', 'Prefix /'],
    [[['Prefix', '/']], '/any/path', 'Prefix /'],
    [[['Exact', '/foo']], '/foo', 'Exact /foo'],
    [[['Exact', '/foo']], '/bar', 'no-path'],
    [[['Exact', '/foo']], '/foo/', 'no-path'],
    [[['Exact', '/foo/']], '/foo', 'no-path'],
    [[['Exact', '/foo/']], '/foo/', 'Exact /foo/'],
    [[['Exact', '/foo']], '/Foo', 'no-path'],
    [[['Prefix', '/foo']], '/foo', 'Prefix /foo'],
    [[['Prefix', '/foo']], '/foo/', 'Prefix /foo'],
    [[['Prefix', '/foo']], '/FOO', 'no-path'],
    [[['Prefix', '/foo/']], '/foo', 'Prefix /foo/'],
    [[['Prefix', '/foo/']], '/foo/', 'Prefix /foo/'],
    [[['Prefix', '/aaa/bb']], '/aaa/bbb', 'no-path'],
    [[['Prefix', '/aaa/bbb']], '/aaa/bbb', 'Prefix /aaa/bbb'],
    [[['Prefix', '/aaa/bbb/']], '/aaa/bbb', 'Prefix /aaa/bbb/'],
    [[['Prefix', '/aaa/bbb']], '/aaa/bbb/', 'Prefix /aaa/bbb'],
    [[['Prefix', '/aaa/bbb']], '/aaa/bbb/ccc', 'Prefix /aaa/bbb'],
    [[['Prefix', '/aaa/bbb']], '/aaa/bbbxyz', 'no-path'],
    [
      [
        ['Prefix', '/'],
        ['Prefix', '/aaa'],
      ],
      '/aaa/ccc',
      'Prefix /aaa',
    ],
    [
      [
        ['Prefix', '/'],
        ['Prefix', '/aaa'],
        ['Prefix', '/aaa/bbb'],
      ],
      '/aaa/bbb',
      'Prefix /aaa/bbb',
    ],
    [
      [
        ['Prefix', '/'],
        ['Prefix', '/aaa'],
        ['Prefix', '/aaa/bbb'],
      ],
      '/ccc',
      'Prefix /',
    ],
    [[['Prefix', '/aaa']], '/ccc', 'no-path'],
    [
      [
        ['Prefix', '/foo'],
        ['Exact', '/foo'],
      ],
      '/foo',
      'Exact /foo',
    ],
    [
      [
        ['Prefix', '/foo'],
        ['Exact', '/foo'],
      ],
      '/foo/',
      'Prefix /foo',
    ],
    [[['ImplementationSpecific', '/foo']], '/foo/bar', 'ImplementationSpecific /foo'],
    [[['ImplementationSpecific', '/foo']], '/foobar', 'no-path'],
  ]

  it.each(rows)('with %j sends %s to %s', (paths, request, expected) => {
    const rules = paths.map(([pathType, path]) => ({
      ...buildRule('_' + path, pathType),
      value: `${pathType} ${path}`,
    }))
    expect(served(rules, 'foo.com', request)).toBe(expected)
  })
})

describe('the host table of the Kubernetes documentation', () => {
  const rows: readonly [ruleHost: string, authority: string, isMatch: boolean][] = [
    ['*.foo.com', 'bar.foo.com', true],
    ['*.foo.com', 'baz.bar.foo.com', false],
    ['*.foo.com', 'foo.com', false],
    ['foo.bar.com', 'foo.bar.com', true],
    ['foo.bar.com', 'FOO.bar.Com:8080', true],
    ['foo.bar.com', 'foo.bar.com.', true],
    ['foo.bar.com', 'bar.com', false],
    ['*.foo.com', 'BAR.foo.com.:80', true],
    ['*.foo.com', 'barfoo.com', false],
    ['*.foo.com', 'bar.foo.com.evil', false],
  ]

  it.each(rows)('%s against %s: %s', (ruleHost, authority, isMatch) => {
    expect(served([buildRule(`${ruleHost}/`)], authority, '/')).toBe(isMatch ? `Prefix ${ruleHost}/` : 'no-host')
  })
})
