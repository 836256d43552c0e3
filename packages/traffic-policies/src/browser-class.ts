/** The words for kinds of browsers. */

/**
 * A kind of browser or of device. A request has at most one name, at most one device, and `bot` when it says that it is a program.
 */
export type BrowserClass = (typeof browserClasses)[number]

/** Every {@link BrowserClass}: names, then devices, then `bot`. */
export const browserClasses = [
  'chrome',
  'firefox',
  'safari',
  'edge',
  'opera',
  'samsung',
  'brave',
  'vivaldi',
  'yandex',
  'uc',
  'qq',
  'wechat',
  'ie',
  'mobile',
  'tablet',
  'desktop',
  'bot',
] as const
