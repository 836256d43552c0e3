/** Which of a site's languages is the best one for a request. */

import { lookup } from 'bcp-47-match'
import Negotiator from 'negotiator'
import { recentValues } from './recent-values.ts'

/** How much of the field is looked at, in characters; browsers send less than 100. */
const maxFieldLength = 1000

/** Longest field whose answer is remembered, in characters. */
const maxRememberedLength = 200

/** Negotiating takes about 10 µs; a site's users send a few hundred different fields, and each alternative asks again. */
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
 * Grows with field × languages. What stands after the first 1,000 characters of the field is not looked at.
 */
export const acceptedLanguage = (field: string, siteLanguages: readonly string[]): string | undefined =>
  field.length > maxRememberedLength
    ? negotiate(withinBound(field), siteLanguages).language
    : recent.get(`${siteLanguages.join()}\n${field}`, () => negotiate(field, siteLanguages)).language

const withinBound = (field: string): string =>
  field.length <= maxFieldLength ? field : field.slice(0, Math.max(0, field.lastIndexOf(',', maxFieldLength)))

const negotiate = (field: string, siteLanguages: readonly string[]): Negotiated => {
  // The wildcard keeps languages that no range is about from being taken for refused ones; lookup itself skips it.
  const negotiator = new Negotiator({ headers: { 'accept-language': `*;q=0.001, ${field}` } })
  const notRefused = negotiator.languages(siteLanguages)
  return { language: lookup(notRefused.sort(longestFirst), negotiator.languages()) }
}

// bcp-47-match answers with the first tag that some truncation of a range equals; the first must be the least truncated one.
const longestFirst = (a: string, b: string): number => b.length - a.length
