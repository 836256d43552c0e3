import { describe, expect, it } from 'vitest'
import { valueOf } from '../test/request-of.ts'
import type { ContentMatch } from './content-match.ts'
import { contentRank } from './content-rank.ts'
import { parseFieldConditions } from './parse-field-conditions.ts'

const headers = (text: string): ContentMatch => ({ headers: valueOf(parseFieldConditions(text, 'header')) })
const cookies = (text: string): ContentMatch => ({ cookies: valueOf(parseFieldConditions(text, 'cookie')) })
const query = (text: string): ContentMatch => ({ query: valueOf(parseFieldConditions(text, 'query')) })

const inOrder: readonly (readonly [string, ContentMatch])[] = [
  ['three conditions', headers('a, b, c')],
  ['two exact values', headers('a=1, b=2')],
  ['an exact value and a regular expression', headers('a=1, b~2')],
  ['an exact value and a language', { ...headers('a=1'), languages: ['zh'] }],
  ['two regular expressions', headers('a~1, b~2')],
  ['a regular expression and presence', headers('a~1, b')],
  ['presence of a cookie and a language', { ...cookies('a'), languages: ['zh'] }],
  ['an exact header', headers('a=1')],
  ['an exact cookie', cookies('a=1')],
  ['an exact parameter', query('a=1')],
  ['a header by regular expression', headers('a~1')],
  ['a cookie by regular expression', cookies('a~1')],
  ['presence of a header', headers('a')],
  ['presence of a cookie', cookies('a')],
  ['presence of a parameter', query('a')],
  ['methods', { methods: ['GET', 'HEAD'] }],
  ['browsers', { browsers: ['mobile'] }],
  ['languages', { languages: ['zh', 'en'] }],
  ['nothing', {}],
]

describe('contentRank()', () => {
  it.each(inOrder.slice(1).map((second, index) => [inOrder[index] ?? second, second] as const))(
    'puts $0.0 before $1.0',
    ([, first], [, second]) => {
      expect(contentRank(first)).toBeLessThan(contentRank(second))
    },
  )

  it('is the same for matches that differ in names and values only', () => {
    expect(contentRank(headers('a=1, b~2'))).toBe(contentRank(headers('d~x, c=y')))
    expect(contentRank({ languages: ['zh'] })).toBe(contentRank({ languages: ['en', 'fr'] }))
  })

  it('counts a repeated condition once, and an empty list not at all', () => {
    const once = headers('a=1').headers ?? []
    expect(contentRank({ headers: [...once, ...once], cookies: [], methods: [] })).toBe(contentRank({ headers: once }))
  })

  it('is a safe integer for the most conditions that can be parsed', () => {
    const sixteen = Array.from({ length: 16 }, (_, index) => `n${index}=1`).join()
    const most: ContentMatch = {
      ...headers(sixteen),
      ...cookies(sixteen),
      ...query(sixteen),
      methods: ['GET'],
      browsers: ['bot'],
      languages: ['zh'],
    }
    expect([contentRank(most), contentRank({})].every(Number.isSafeInteger)).toBe(true)
    expect(contentRank(most)).toBeLessThan(contentRank({ ...most, languages: [] }))
  })
})
