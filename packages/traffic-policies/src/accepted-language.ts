/** Which of a site's languages is the best one for a request. */

import { lookup } from 'bcp-47-match'
import Negotiator from 'negotiator'
import { recentValues } from './recent-values.ts'
import { wholeItems, wholeWithin } from './whole-items.ts'

/** How much of the field is looked at; browsers send less than 100 characters and at most 10 ranges. */
const maxFieldLength = 200
const maxRanges = 16

/** Most languages of a site that are looked at. */
const maxSiteLanguages = 100

/** A site's users send a few hundred different fields, and each alternative of a path asks again. */
const recent = recentValues<Negotiated>(1000)

interface Negotiated {
  readonly language: string | undefined
}

/**
 * The best of the site's languages by an Accept-Language field (RFC 9110 §12.5.4), or `undefined` when it leads to none of them.
 *
 * Ranges are taken by weight, equal weights in the order they are written, and each looks up the site's languages as RFC 4647 §3.4
 * says: `zh-Hant-TW` finds `zh-Hant-TW`, else `zh-Hant`, else `zh`. `*` finds nothing.
 * A language is left out when the most specific range about it has weight 0: `zh-TW, zh;q=0` does not find `zh`.
 *
 * Looks at the ranges that are whole within the field's first 200 characters, at most 16, and at the site's first 100 languages.
 * Answers are remembered by the array's identity and the field's text, so that the array must not change. A remembered one costs O(1).
 */
export const acceptedLanguage = (field: string, siteLanguages: readonly string[]): string | undefined => {
  const site = siteOf(siteLanguages)
  const readPart = wholeWithin(field, ',', maxFieldLength)
  return recent.get(`${site.number}\n${readPart}`, () => negotiate(readPart, site)).language
}

interface Site {
  /** Stands for the array in keys, which would otherwise grow with its languages. */
  readonly number: number
  readonly languages: readonly { readonly tag: string; readonly lower: string }[]
}

const sites = new WeakMap<readonly string[], Site>()
let lastNumber = 0

const siteOf = (siteLanguages: readonly string[]): Site => {
  const known = sites.get(siteLanguages)
  if (known !== undefined) return known
  const languages = siteLanguages.slice(0, maxSiteLanguages).map(tag => ({ tag, lower: tag.toLowerCase() }))
  const site = { number: ++lastNumber, languages }
  sites.set(siteLanguages, site)
  return site
}

const negotiate = (field: string, { languages }: Site): Negotiated => {
  const ranges = wholeItems(field, ',', { maxItems: maxRanges, maxLength: maxFieldLength })
  // Lookup finds nothing but beginnings of ranges, and sorting out the rest is much cheaper here than in the negotiation.
  const lowerRanges = ranges.map(range => range.trim().toLowerCase())
  const findable = languages.filter(({ lower }) => lowerRanges.some(range => range.startsWith(lower)))
  if (findable.length === 0) return { language: undefined }
  // The wildcard keeps languages that no range is about from being taken for refused ones.
  const negotiator = new Negotiator({ headers: { 'accept-language': `*;q=0.001, ${ranges.join()}` } })
  const notRefused = negotiator.languages(findable.map(({ tag }) => tag))
  return { language: lookup(notRefused.sort(longestFirst), negotiator.languages().filter(namesLanguage)) }
}

// Lookup skips `*`, but takes `*-TW`, which is no language range, for one that finds everything.
const namesLanguage = (range: string): boolean => !range.startsWith('*')

// bcp-47-match answers with the first tag that some truncation of a range equals; the first must be the least truncated one.
const longestFirst = (a: string, b: string): number => b.length - a.length
