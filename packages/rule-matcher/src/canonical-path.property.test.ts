import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { canonicalPath } from './canonical-path.ts'

const pieces = [
  '/',
  '//',
  '.',
  '..',
  '%2e',
  '%2E',
  'a',
  'B',
  '%61',
  '%2f',
  '%2F',
  '%5c',
  '%25',
  '2e',
  '%c3',
  '~',
  ';',
  '%',
  '#',
]

const rawPaths: fc.Arbitrary<string> = fc
  .array(fc.constantFrom(...pieces), { maxLength: 14 })
  .map(parts => '/' + parts.join(''))

/** RFC 3986 §5.2.4 as it is written there: an input buffer, an output buffer and rules A to E. */
function removeDotSegmentsByTheBook(path: string): string {
  let input = path
  let output = ''
  while (input !== '') {
    if (input.startsWith('/./')) input = input.slice(2)
    else if (input === '/.') input = '/'
    else if (input.startsWith('/../') || input === '/..') {
      input = '/' + input.slice(4)
      output = output.slice(0, Math.max(0, output.lastIndexOf('/')))
    } else {
      const next = input.indexOf('/', 1)
      output += next === -1 ? input : input.slice(0, next)
      input = next === -1 ? '' : input.slice(next)
    }
  }
  return output
}

describe('every canonical path', () => {
  it('is its own canonical form, and so is its form for matching', () => {
    fc.assert(
      fc.property(rawPaths, rawPath => {
        const once = canonicalPath(rawPath)
        fc.pre(once.kind === 'canonical')
        expect(canonicalPath(once.path)).toEqual(once)
        expect(canonicalPath(once.matchPath)).toEqual({ ...once, path: once.matchPath })
      }),
      { numRuns: 2000 },
    )
  })

  it('has no dot segment, plain or escaped, and starts with a slash', () => {
    fc.assert(
      fc.property(rawPaths, rawPath => {
        const result = canonicalPath(rawPath)
        fc.pre(result.kind === 'canonical')
        expect(result.path.startsWith('/')).toBe(true)
        for (const segment of [...result.path.split('/'), ...result.matchPath.split('/')]) {
          expect(segment.replaceAll(/%2e/gi, '.')).not.toMatch(/^\.\.?$/)
        }
        expect(result.matchPath).not.toContain('//')
      }),
      { numRuns: 2000 },
    )
  })

  it('is what RFC 3986 makes of the path with its unreserved escapes decoded', () => {
    fc.assert(
      fc.property(rawPaths, rawPath => {
        const result = canonicalPath(rawPath)
        fc.pre(result.kind === 'canonical')
        const decoded = rawPath.replaceAll(/%2e/gi, '.').replaceAll('%61', 'a')
        expect(result.path).toBe(removeDotSegmentsByTheBook(decoded))
      }),
      { numRuns: 2000 },
    )
  })

  it('leads to the same place for servers that merge slashes before they resolve dot segments', () => {
    fc.assert(
      fc.property(rawPaths, rawPath => {
        const merged = canonicalPath(rawPath.replaceAll(/\/+/g, '/'))
        const result = canonicalPath(rawPath)
        fc.pre(result.kind === 'canonical')
        expect(merged).toMatchObject({ kind: 'canonical', matchPath: result.matchPath })
      }),
      { numRuns: 2000 },
    )
  })

  it('holds no character that was refused, whatever the input', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), text => {
        const result = canonicalPath('/' + text)
        fc.pre(result.kind === 'canonical')
        expect(result.path).toMatch(/^\/(?:[!"$&-\u005b\u005d-~]|%(?!00)[0-9A-Fa-f]{2})*$/)
        expect(result.path).not.toMatch(/[?#\\]/)
      }),
    )
  })
})
