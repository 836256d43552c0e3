import { describe, expect, it } from 'vitest'
import { canonicalPath } from './canonical-path.ts'

function both(rawPath: string): readonly [string, string] | string {
  const result = canonicalPath(rawPath)
  return result.kind === 'canonical' ? [result.path, result.matchPath] : result.reason
}

describe('the canonical form of a path', () => {
  it.each([
    '/',
    '/a',
    '/a/b/',
    '/.well-known/acme',
    '/...',
    '/a/..b',
    '/a/b..',
    '/a.b',
    "/a;v=1,2/(x)!$&'*+:@~_-",
    '/a%20b',
    '/%C3%A9',
    '/%252e%252e/a',
    '/a%2Fb%5Cc',
    '/|"{}<>^`[]',
  ])('of %s is the very string that was given', path => {
    expect(both(path)).toEqual([path, path])
  })

  it.each([
    ['/a/./b', '/a/b'],
    ['/a/../b', '/b'],
    ['/a/b/..', '/a/'],
    ['/a/b/.', '/a/b/'],
    ['/.', '/'],
    ['/..', '/'],
    ['/../', '/'],
    ['/../../a', '/a'],
    ['/a/../..', '/'],
    ['/a/b/c/./../../g', '/a/g'],
    ['/mid/content=5/../6', '/mid/6'],
    ['/./a', '/a'],
  ])('of %s has its dot segments resolved: %s', (rawPath, path) => {
    expect(both(rawPath)).toEqual([path, path])
  })

  it.each([
    ['/a/%2e%2e/b', '/b'],
    ['/a/%2E%2E/b', '/b'],
    ['/a/.%2e/b', '/b'],
    ['/a/%2E./b', '/b'],
    ['/a/%2e/b', '/a/b'],
    ['/%2e%2e', '/'],
    ['/a/%2e%2e%2e', '/a/...'],
  ])('of %s has its escaped dot segments resolved: %s', (rawPath, path) => {
    expect(both(rawPath)).toEqual([path, path])
  })

  it.each([
    ['/%61%62c', '/abc'],
    ['/%41%5A%7a', '/AZz'],
    ['/%30%39', '/09'],
    ['/%2D%2e%5F%7E', '/-._~'],
    ['/%7euser', '/~user'],
  ])('of %s has the escapes of unreserved characters decoded: %s', (rawPath, path) => {
    expect(both(rawPath)).toEqual([path, path])
  })

  it.each([
    ['/a%2fb', '/a%2fb', '/a%2Fb'],
    ['/a%5cb', '/a%5cb', '/a%5Cb'],
    ['/caf%c3%A9', '/caf%c3%A9', '/caf%C3%A9'],
    ['/%3f%23', '/%3f%23', '/%3F%23'],
    ['/a/..%2fb', '/a/..%2fb', '/a/..%2Fb'],
    ['/a/%2e%2e%2fb', '/a/..%2fb', '/a/..%2Fb'],
  ])('of %s keeps every other escape as it was sent, and compares it in upper case', (rawPath, path, matchPath) => {
    expect(both(rawPath)).toEqual([path, matchPath])
  })

  it.each(['/%252e%252e/', '/%25%32%65', '/a%2525', '/%252F'])('of %s is not decoded twice', rawPath => {
    const result = canonicalPath(rawPath)
    expect(result).toMatchObject({ kind: 'canonical', path: rawPath.replace('%32%65', '2e') })
  })

  it.each([
    ['//', '//', '/'],
    ['//a', '//a', '/a'],
    ['/a//b///c//', '/a//b///c//', '/a/b/c/'],
    ['/a//b/../c', '/a//c', '/a/c'],
    ['/a/./b//c', '/a/b//c', '/a/b/c'],
    ['//../a', '/a', '/a'],
    ['/a/..//b', '//b', '/b'],
  ])('of %s keeps runs of slashes (%s), and compares each as one (%s)', (rawPath, path, matchPath) => {
    expect(both(rawPath)).toEqual([path, matchPath])
  })
})

describe('a path without canonical form', () => {
  it.each([
    ['', 'not-absolute'],
    ['a/b', 'not-absolute'],
    ['*', 'not-absolute'],
    ['%2Fa', 'not-absolute'],
    ['http://a/b', 'not-absolute'],
    ['/a%00', 'null-byte'],
    ['/%00/../a', 'null-byte'],
    ['/a%', 'broken-escape'],
    ['/a%2', 'broken-escape'],
    ['/a%zz', 'broken-escape'],
    ['/a%2g', 'broken-escape'],
    ['/%%30', 'broken-escape'],
    ['/%2%65', 'broken-escape'],
    ['/%u0041', 'broken-escape'],
    ['/%\uff12\uff12', 'broken-escape'],
    ['/a#b', 'fragment'],
    ['/a?b', 'query'],
    ['/a\\b', 'backslash'],
    ['/..\\a', 'backslash'],
    ['/caf\u00e9', 'non-ascii'],
    ['/\u0080', 'non-ascii'],
    ['/\u212a', 'non-ascii'],
    ['/\u2044a', 'non-ascii'],
    ['/a b', 'control-or-space'],
    ['/a\tb', 'control-or-space'],
    ['/a\r\nb', 'control-or-space'],
    ['/a\u0000', 'control-or-space'],
    ['/a\u007f', 'control-or-space'],
    ['/a//../b', 'ambiguous-dot-segments'],
    ['/a//%2e%2e/b', 'ambiguous-dot-segments'],
    ['/a/b//..', 'ambiguous-dot-segments'],
    ['/a/.//../b', 'ambiguous-dot-segments'],
    ['/a//b/../../c', 'ambiguous-dot-segments'],
  ])('is refused: %j is %s', (rawPath, reason) => {
    expect(both(rawPath)).toBe(reason)
  })
})
