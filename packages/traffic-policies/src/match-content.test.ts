import { describe, expect, it } from 'vitest'
import { requestOf, valueOf } from '../test/request-of.ts'
import type { ContentMatch } from './content-match.ts'
import { matchContent, type ContentResult } from './match-content.ts'
import { parseFieldConditions, type FieldKind } from './parse-field-conditions.ts'

const parse = (text: string, kind: FieldKind): NonNullable<ContentMatch['headers']> =>
  valueOf(parseFieldConditions(text, kind))

const site = ['zh', 'en']
const request = requestOf(
  [
    ['X-Env', 'canary-blue'],
    ['X-Tag', 'one'],
    ['X-Tag', 'two'],
    ['Empty', ''],
    ['Cookie', 'group=beta; group=alpha'],
    ['Accept-Language', 'fr'],
    ['Accept-Language', 'zh-TW;q=0.9, en;q=0.1'],
    ['User-Agent', 'Mozilla/5.0 (X11; Linux x86_64; rv:125.0) Gecko/20100101 Firefox/125.0'],
  ],
  { method: 'POST', query: '?v=2&v=3&q=a%2Cb' },
)
const result = (match: ContentMatch): ContentResult => matchContent(match, request, site)

describe('matchContent()', () => {
  it.each<[string, ContentMatch]>([
    ['no condition', {}],
    ['empty lists', { methods: [], headers: [], cookies: [], query: [], browsers: [], languages: [] }],
    ['one of the methods', { methods: ['GET', 'POST'] }],
    ['an exact header', { headers: parse('x-env=canary-blue', 'header') }],
    ['a pattern found in a header', { headers: parse('X-ENV~^canary-', 'header') }],
    ['a header that is there', { headers: parse('empty', 'header') }],
    ['an empty header', { headers: parse('empty=', 'header') }],
    ['any field line of a header', { headers: parse('x-tag=two, x-tag~^one$', 'header') }],
    ['the first cookie of a name', { cookies: parse('group=beta', 'cookie') }],
    ['any value of a parameter', { query: parse(String.raw`v=3, v~^2$, q=a\,b`, 'query') }],
    ['the best language', { languages: ['en-GB', 'zh'] }],
    ['a browser', { browsers: ['chrome', 'firefox'] }],
    ['a device', { browsers: ['desktop'] }],
    [
      'everything at once',
      {
        methods: ['POST'],
        headers: parse('x-env', 'header'),
        cookies: parse('group', 'cookie'),
        query: parse('v', 'query'),
        browsers: ['firefox'],
        languages: ['zh'],
      },
    ],
  ])('matches %s', (_, match) => {
    expect(result(match)).toEqual({ kind: 'matched' })
  })

  it.each<[ContentMatch, keyof ContentMatch, string]>([
    [{ methods: ['GET', 'HEAD'] }, 'methods', 'the method is not GET or HEAD'],
    [{ methods: ['post'] }, 'methods', 'the method is not post'],
    [{ headers: parse('x-env, x-env=canary', 'header') }, 'headers', 'not so: header x-env is "canary"'],
    [{ headers: parse('x-tag~one.*two', 'header') }, 'headers', 'not so: header x-tag matches one.*two'],
    [{ headers: parse('constructor', 'header') }, 'headers', 'not so: header constructor is present'],
    [{ cookies: parse('group=alpha', 'cookie') }, 'cookies', 'not so: cookie group is "alpha"'],
    [{ query: parse('v=4', 'query') }, 'query', 'not so: query parameter v is "4"'],
    [{ languages: ['en'] }, 'languages', 'the best language is zh, not en'],
    [{ languages: ['fr'] }, 'languages', 'the best language is zh, not fr'],
    [{ browsers: ['safari', 'mobile'] }, 'browsers', 'the browser is firefox desktop, not safari or mobile'],
    [{ browsers: ['ie'], methods: ['GET'], languages: ['en'] }, 'methods', 'the method is not GET'],
  ])('says which condition of %j failed', (match, condition, message) => {
    expect(result(match)).toEqual({ kind: 'failed', condition, message })
  })

  it('fails conditions on what the request does not say', () => {
    const bare = requestOf()
    const failed = (match: ContentMatch): ContentResult => matchContent(match, bare, site)
    expect(failed({ languages: ['zh'] })).toMatchObject({ message: 'the request prefers no language' })
    expect(failed({ browsers: ['desktop'] })).toMatchObject({ message: 'the browser is not known, not desktop' })
    expect(failed({ cookies: parse('a', 'cookie') })).toMatchObject({ condition: 'cookies' })
    expect(failed({ query: parse('a', 'query') })).toMatchObject({ condition: 'query' })
  })

  it('gives a request whose languages the site does not have to nobody', () => {
    const german = requestOf([['Accept-Language', 'de']])
    expect(matchContent({ languages: ['zh'] }, german, site)).toMatchObject({
      message: 'the request accepts none of zh, en',
    })
  })

  it('names at most ten languages of a site', () => {
    const many = Array.from({ length: 12 }, (_, index) => `x${index}`)
    expect(matchContent({ languages: ['x1'] }, requestOf([['Accept-Language', 'de']]), many)).toMatchObject({
      message: 'the request accepts none of x0, x1, x2, x3, x4, x5, x6, x7, x8, x9 and 2 more',
    })
  })

  it('tries a pattern on as many values of a name as have 512 characters altogether', () => {
    const matches = (...values: readonly string[]): boolean =>
      matchContent(
        { headers: parse('x-a~^b', 'header') },
        requestOf(values.map(value => ['X-A', value] as const)),
        site,
      ).kind === 'matched'
    expect(matches('a'.repeat(510), 'b')).toBe(true)
    expect(matches('a'.repeat(510), 'bb')).toBe(false)
    expect(matches('a'.repeat(510), 'aa', 'b')).toBe(true)
    expect(matches('a'.repeat(1000), `b${'a'.repeat(511)}`)).toBe(true)
    expect(matches(...Array.from({ length: 511 }, () => ''), 'b')).toBe(true)
    expect(matches(...Array.from({ length: 512 }, () => ''), 'b')).toBe(false)
  })
})
