import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { valueOf } from '../test/request-of.ts'
import { browserClasses } from './browser-class.ts'
import { contentKey } from './content-key.ts'
import type { ContentMatch, FieldTest } from './content-match.ts'
import { describeContent } from './describe-content.ts'
import { linearPattern } from './linear-pattern.ts'

const values = fc.constantFrom('', '1', '2', '","', '__proto__')
const tests: fc.Arbitrary<FieldTest> = fc.oneof(
  values.map(value => ({ kind: 'equals', value }) as const),
  values.map(source => ({ kind: 'matches', pattern: valueOf(linearPattern(source)) }) as const),
  fc.constant({ kind: 'present' } as const),
)
const conditions = fc.array(fc.record({ name: fc.constantFrom('a', 'b', '__proto__'), test: tests }), { maxLength: 3 })
const matches: fc.Arbitrary<ContentMatch> = fc.record(
  {
    methods: fc.array(fc.constantFrom('GET', 'HEAD'), { maxLength: 2 }),
    headers: conditions,
    cookies: conditions,
    query: conditions,
    browsers: fc.array(fc.constantFrom(...browserClasses), { maxLength: 2 }),
    languages: fc.array(fc.constantFrom('zh', 'en'), { maxLength: 2 }),
  },
  { requiredKeys: [] },
)

describe('contentKey()', () => {
  it('does not depend on order, repetition, or how absence is written', () => {
    const turned = <T>(list: readonly T[] | undefined): readonly T[] => [...(list ?? []), ...(list ?? [])].reverse()
    fc.assert(
      fc.property(matches, match => {
        const { methods, headers, cookies, query, browsers, languages } = match
        const other: ContentMatch = {
          methods: turned(methods),
          headers: turned(headers),
          cookies: turned(cookies),
          query: turned(query),
          browsers: turned(browsers),
          languages: turned(languages),
        }
        expect(contentKey(other)).toBe(contentKey(match))
      }),
    )
  })

  it('differs for matches whose sets of conditions differ', () => {
    const asSets = (match: ContentMatch): string =>
      [match.methods, match.headers, match.cookies, match.query, match.browsers, match.languages]
        .map(list => [...new Set((list ?? []).map(item => JSON.stringify(item, patternSource)))].sort().join('\n'))
        .join('\n\n')
    fc.assert(
      fc.property(matches, matches, (one, other) => {
        expect(contentKey(one) === contentKey(other)).toBe(asSets(one) === asSets(other))
      }),
    )
  })

  it('ignores case where HTTP does', () => {
    const present = { kind: 'present' } as const
    expect(contentKey({ headers: [{ name: 'X-A', test: present }], languages: ['zh-Hant'] })).toBe(
      contentKey({ headers: [{ name: 'x-a', test: present }], languages: ['ZH-hant'] }),
    )
    expect(contentKey({ cookies: [{ name: 'A', test: present }] })).not.toBe(
      contentKey({ cookies: [{ name: 'a', test: present }] }),
    )
  })
})

describe('describeContent()', () => {
  it('names every condition', () => {
    const [pattern] = [valueOf(linearPattern('^b'))]
    expect(
      describeContent({
        methods: ['GET', 'HEAD'],
        headers: [{ name: 'x-env', test: { kind: 'equals', value: 'a "b"' } }],
        cookies: [{ name: 'group', test: { kind: 'matches', pattern } }],
        query: [{ name: 'debug', test: { kind: 'present' } }],
        browsers: ['mobile', 'tablet'],
        languages: ['zh'],
      }),
    ).toBe(
      String.raw`method GET or HEAD, and header x-env is "a \"b\"", and cookie group matches ^b, and query parameter debug is present, and browser mobile or tablet, and language zh`,
    )
    expect(describeContent({ methods: [] })).toBe('any request')
  })
})

const patternSource = (key: string, value: unknown): unknown =>
  key === 'pattern' ? (value as { source: string }).source : value
