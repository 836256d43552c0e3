/** What User-Agent Client Hints say about the browser. */

import type { BrowserClass } from './browser-class.ts'
import type { ContentRequest } from './content-match.ts'
import type { BrowserTraits } from './user-agent-traits.ts'

/** Longest Sec-CH-UA field that is read, in characters; browsers send about 100. */
const maxFieldLength = 1000

/** The fields that are read: the ones browsers send without being asked. */
export const clientHintNames: readonly string[] = ['sec-ch-ua', 'sec-ch-ua-mobile', 'sec-ch-ua-platform']

/**
 * Traits by Sec-CH-UA, Sec-CH-UA-Mobile and Sec-CH-UA-Platform; what they do not tell is left out.
 *
 * Malformed fields tell nothing. Brands that are not known are passed over, and so the ones made up to keep servers from
 * relying on the list (GREASE) are too. "Chromium" alone tells no name: every browser built on it says so.
 *
 * @see User-Agent Client Hints (WICG), §3
 */
export const clientHintTraits = (headers: ContentRequest['headers']): BrowserTraits => {
  const name = brandClass(headers.get('sec-ch-ua') ?? '')
  const device = deviceClass(headers.get('sec-ch-ua-mobile')?.trim(), headers.get('sec-ch-ua-platform')?.trim())
  return {
    ...(name !== undefined && name !== 'bot' && { name }),
    ...(device !== undefined && { device }),
    isBot: name === 'bot',
  }
}

/** Most telling first: a browser may list the ones it wants to be taken for too. */
const brands: readonly (readonly [brand: string, name: BrowserClass])[] = [
  ['HeadlessChrome', 'bot'],
  ['Microsoft Edge', 'edge'],
  ['Opera', 'opera'],
  ['Opera GX', 'opera'],
  ['Samsung Internet', 'samsung'],
  ['Brave', 'brave'],
  ['Vivaldi', 'vivaldi'],
  ['YaBrowser', 'yandex'],
  ['Google Chrome', 'chrome'],
]

/** A string of a structured-field list (RFC 8941 §3.1) with its version. Strings with escapes are not read: no known brand has any. */
const brandItem = /"(?<brand>[^"\\]*)"\s*;\s*v\s*=/gu

const brandClass = (field: string): BrowserClass | undefined => {
  if (field === '' || field.length > maxFieldLength) return undefined
  const said = new Set(Array.from(field.matchAll(brandItem), match => match.groups?.['brand']))
  return brands.find(([brand]) => said.has(brand))?.[1]
}

const deviceClass = (mobile: string | undefined, platform: string | undefined): BrowserClass | undefined => {
  if (mobile === '?1') return 'mobile'
  // An Android device that does not want the mobile site is a tablet.
  if (mobile !== '?0' || platform === undefined) return undefined
  return platform === '"Android"' ? 'tablet' : 'desktop'
}
