import * as fc from 'fast-check'
import { lookup } from 'bcp-47-match'
import Negotiator from 'negotiator'
import { describe, expect, it } from 'vitest'
import { acceptedLanguage } from './accepted-language.ts'

const site = ['zh', 'en']

describe('acceptedLanguage()', () => {
  it.each([
    ['a browser set to Chinese', 'zh-CN,zh;q=0.9,en-US;q=0.8,en;q=0.7', site, 'zh'],
    ['a browser set to English', 'en-GB,en;q=0.9,zh;q=0.1', site, 'en'],
    ['weights in any order', 'en;q=0.2, zh;q=0.8', site, 'zh'],
    ['equal weights by the order of the field, not of the site', 'en, zh', site, 'en'],
    ['equal weights that are not 1', 'en;q=0.5, zh;q=0.5', site, 'en'],
    ['names in any case', 'ZH-hant', ['zh-Hant', 'zh'], 'zh-Hant'],
    ['the longest truncation first, however the site orders its languages', 'zh-Hant-TW', ['zh', 'zh-Hant'], 'zh-Hant'],
    ['a private-use subtag cut off with its singleton', 'zh-Hant-x-private', ['zh-Hant-x', 'zh-Hant'], 'zh-Hant'],
    ['an earlier range before a longer match of a later one', 'en, zh-Hant;q=0.9', ['zh-Hant', 'en'], 'en'],
    ['a language under one of the site, never one above', 'zh', ['zh-TW', 'en'], undefined],
    ['a prefix that is not a subtag', 'enm', site, undefined],
    ['no language of the site', 'fr, de;q=0.5', site, undefined],
    ['a wildcard, which prefers nothing', '*', site, undefined],
    ['a wildcard that pretends to be a language', '*-TW, *-', site, undefined],
    ['a wildcard beside a language', '*, zh;q=0.1', site, 'zh'],
    ['an empty field', '', site, undefined],
  ])('takes %s', (_, field, languages, best) => {
    expect(acceptedLanguage(field, languages)).toBe(best)
  })

  it.each([
    ['a language of weight 0', 'zh;q=0', undefined],
    ['a language of weight 0.000', 'zh;q=0.000, en;q=0.001', 'en'],
    ['what a language under it falls back to', 'zh-TW, zh;q=0', undefined],
    ['it, and goes on to the next range', 'zh-TW, zh;q=0, en;q=0.1', 'en'],
    ['it even when a wildcard accepts everything', '*, zh;q=0, zh-CN;q=0.9', undefined],
  ])('leaves out %s', (_, field, best) => {
    expect(acceptedLanguage(field, site)).toBe(best)
  })

  it.each([
    ['zh-TW;q=0, zh', 'zh'],
    ['zh-TW;q=0, zh-CN', 'zh'],
    ['*;q=0, zh-CN', 'zh'],
    ['zh-TW;q=0, en', 'en'],
  ])('does not take a refused language under one for a refusal of it: %j', (field, best) => {
    expect(acceptedLanguage(field, site)).toBe(best)
  })

  it.each([
    'zh;q=x',
    'zh;q=',
    ';;;',
    ',,,',
    '"',
    'zh;q="0.5',
    '=;=',
    'zh\u0000',
    '-',
    '__proto__',
    'zh;q=-1',
    'zh;q=NaN',
  ])('survives the malformed field %j', field => {
    expect([undefined, 'zh', 'en']).toContain(acceptedLanguage(field, site))
  })

  it('looks at the ranges that are whole within the first 200 characters', () => {
    const others = `fr-${'x'.repeat(194)},`
    expect(others).toHaveLength(198)
    expect(acceptedLanguage(`${others}zh`, site)).toBe('zh')
    expect(acceptedLanguage(`${others}zh,en`, site)).toBe('zh')
    expect(acceptedLanguage(`${others}d,zh`, site)).toBeUndefined()
    expect(acceptedLanguage(`zh-${'x'.repeat(2000)}`, site)).toBeUndefined()
  })

  it('looks at 16 ranges', () => {
    expect(acceptedLanguage(`${'de,'.repeat(15)}zh`, site)).toBe('zh')
    expect(acceptedLanguage(`${'de,'.repeat(16)}zh`, site)).toBeUndefined()
    expect(acceptedLanguage(`${','.repeat(16)}zh`, site)).toBeUndefined()
  })

  it("looks at the site's first 100 languages", () => {
    const many = Array.from({ length: 102 }, (_, index) => `x${index}`)
    expect(acceptedLanguage('x99', many)).toBe('x99')
    expect(acceptedLanguage('x100, x5;q=0.1', many)).toBe('x5')
  })

  it('answers the same when asked again, and keeps answers of different sites apart', () => {
    const field = 'zh-Hant-TW, en;q=0.5'
    expect([acceptedLanguage(field, ['en']), acceptedLanguage(field, ['en'])]).toEqual(['en', 'en'])
    expect(acceptedLanguage(field, ['zh', 'en'])).toBe('zh')
    expect(acceptedLanguage(field, ['en', 'zh-Hant'])).toBe('zh-Hant')
  })

  it('finds what a negotiation over every language of the site finds, whatever is refused', () => {
    const piece = fc.constantFrom(
      'zh',
      'en',
      '-',
      'Hant',
      '-TW',
      ',',
      ', ',
      ';q=0',
      ';q=0.5',
      ';q=x',
      '*',
      '"',
      ' ',
      'x',
      'É',
    )
    const fields = fc.array(piece, { maxLength: 15 }).map(pieces => pieces.join(''))
    const languages = fc.array(fc.constantFrom('zh', 'ZH', 'zh-Hant', 'zh-Hant-TW', 'zh-TW', 'en', 'x', 'enx'), {
      maxLength: 6,
    })
    fc.assert(
      fc.property(fields, languages, (field, offered) => {
        expect(acceptedLanguage(field, offered)).toBe(negotiated(field, offered))
      }),
      { numRuns: 500 },
    )
  })

  it('finds what a reading of RFC 4647 §3.4 word by word finds, for fields without refusals', () => {
    const tags = fc.constantFrom('zh', 'zh-Hant', 'zh-Hant-TW', 'zh-TW', 'en', 'en-GB', 'sr-Latn-RS', 'sr', 'fr')
    const ranges = fc.uniqueArray(tags, { minLength: 1, maxLength: 6 })
    fc.assert(
      fc.property(
        ranges,
        fc.uniqueArray(tags, { maxLength: 6 }),
        fc.array(fc.integer({ min: 1, max: 9 })),
        (asked, offered, weights) => {
          const weighted = asked.map((range, index) => ({ range, weight: weights[index] ?? 1 }))
          const field = weighted.map(({ range, weight }) => `${range};q=0.${weight}`).join(', ')
          const byWeight = weighted.toSorted((a, b) => b.weight - a.weight).map(({ range }) => range)
          expect(acceptedLanguage(field, offered)).toBe(lookedUp(byWeight, offered))
        },
      ),
    )
  })
})

const negotiated = (field: string, offered: readonly string[]): string | undefined => {
  const negotiator = new Negotiator({ headers: { 'accept-language': `*;q=0.001, ${field}` } })
  const notRefused = negotiator.languages([...offered]).sort((a, b) => b.length - a.length)
  return lookup(
    notRefused,
    negotiator.languages().filter(range => !range.startsWith('*')),
  )
}

const lookedUp = (ranges: readonly string[], offered: readonly string[]): string | undefined => {
  for (const range of ranges) {
    const subtags = range.split('-')
    for (let length = subtags.length; length > 0; length--) {
      const truncated = subtags.slice(0, length).join('-')
      if (offered.includes(truncated)) return truncated
    }
  }
  return undefined
}
