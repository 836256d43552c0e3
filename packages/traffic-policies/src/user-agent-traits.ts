/** What a User-Agent field says about the browser. */

import { getParser } from 'bowser'
import { isbot } from 'isbot'
import type { BrowserClass } from './browser-class.ts'
import { recentValues } from './recent-values.ts'

/** What can be told about a browser. */
export interface BrowserTraits {
  readonly name?: BrowserClass
  readonly device?: BrowserClass
  readonly isBot: boolean
}

/** How much of the field is looked at, in characters. */
const maxFieldLength = 512

/** Reading a field takes 10 to 50 µs, and a site's users have a few hundred different ones. */
const recent = recentValues<BrowserTraits>(1000)

/** Traits by User-Agent field. Programs that say they are one get no name, and a device only when they ask for the mobile site. */
export const userAgentTraits = (field: string): BrowserTraits => recent.get(field.slice(0, maxFieldLength), read)

const read = (userAgent: string): BrowserTraits => {
  if (userAgent === '') return { isBot: false }
  if (isbot(userAgent)) return /\bMobile\b/u.test(userAgent) ? { isBot: true, device: 'mobile' } : { isBot: true }
  const parser = getParser(userAgent, true)
  const name = nameByBowser.get(parser.getBrowserName())
  const device = deviceByBowser.get(parser.getPlatformType())
  return { ...(name !== undefined && { name }), ...(device !== undefined && { device }), isBot: false }
}

/** By bowser's `BROWSER_MAP`. */
const nameByBowser: ReadonlyMap<string, BrowserClass> = new Map([
  ['Chrome', 'chrome'],
  ['Chromium', 'chrome'],
  ['Firefox', 'firefox'],
  ['Safari', 'safari'],
  ['Microsoft Edge', 'edge'],
  ['Opera', 'opera'],
  ['Samsung Internet for Android', 'samsung'],
  ['Brave', 'brave'],
  ['Vivaldi', 'vivaldi'],
  ['Yandex Browser', 'yandex'],
  ['UC Browser', 'uc'],
  ['QQ Browser', 'qq'],
  ['QQ Browser Lite', 'qq'],
  ['WeChat', 'wechat'],
  ['Internet Explorer', 'ie'],
])

/** By bowser's `PLATFORMS_MAP`. */
const deviceByBowser: ReadonlyMap<string, BrowserClass> = new Map([
  ['mobile', 'mobile'],
  ['tablet', 'tablet'],
  ['desktop', 'desktop'],
])
