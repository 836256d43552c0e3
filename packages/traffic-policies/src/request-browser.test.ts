import { describe, expect, it } from 'vitest'
import { requestOf } from '../test/request-of.ts'
import { requestBrowser } from './request-browser.ts'

const chromium = (prefix: string, suffix = ''): string =>
  `Mozilla/5.0 (${prefix}) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0.0.0${suffix}`
const desktopChrome = chromium('Windows NT 10.0; Win64; x64', ' Safari/537.36')
const phoneChrome = chromium('Linux; Android 10; K', ' Mobile Safari/537.36')
const apple = (prefix: string, suffix: string): string =>
  `Mozilla/5.0 (${prefix}) AppleWebKit/605.1.15 (KHTML, like Gecko) ${suffix}`

const classes = (lines: readonly (readonly [string, string])[]): readonly string[] => [
  ...requestBrowser(requestOf(lines).headers),
]
const ofUserAgent = (userAgent: string): readonly string[] => classes([['User-Agent', userAgent]])
const hints = (brands: string, mobile?: string, platform?: string): (readonly [string, string])[] => [
  ['Sec-CH-UA', brands],
  ...(mobile === undefined ? [] : [['Sec-CH-UA-Mobile', mobile] as const]),
  ...(platform === undefined ? [] : [['Sec-CH-UA-Platform', platform] as const]),
]

describe('requestBrowser() by User-Agent', () => {
  it.each([
    [desktopChrome, 'chrome desktop'],
    [phoneChrome, 'chrome mobile'],
    [chromium('Linux; Android 13; SM-X906C', ' Safari/537.36'), 'chrome tablet'],
    ['Mozilla/5.0 (X11; Linux x86_64; rv:125.0) Gecko/20100101 Firefox/125.0', 'firefox desktop'],
    ['Mozilla/5.0 (Android 14; Mobile; rv:125.0) Gecko/125.0 Firefox/125.0', 'firefox mobile'],
    [apple('Macintosh; Intel Mac OS X 10_15_7', 'Version/17.4 Safari/605.1.15'), 'safari desktop'],
    [apple('iPhone; CPU iPhone OS 17_4 like Mac OS X', 'Version/17.4 Mobile/15E148 Safari/604.1'), 'safari mobile'],
    [apple('iPad; CPU OS 16_6 like Mac OS X', 'Version/16.6 Mobile/15E148 Safari/604.1'), 'safari tablet'],
    [
      apple('iPhone; CPU iPhone OS 17_4 like Mac OS X', 'CriOS/124.0.6367.88 Mobile/15E148 Safari/604.1'),
      'chrome mobile',
    ],
    [apple('iPhone; CPU iPhone OS 14_4 like Mac OS X', 'FxiOS/125.0 Mobile/15E148 Safari/605.1.15'), 'firefox mobile'],
    [chromium('Windows NT 10.0; Win64; x64', ' Safari/537.36 Edg/124.0.0.0'), 'edge desktop'],
    [chromium('Windows NT 10.0; Win64; x64', ' Safari/537.36 OPR/110.0.0.0'), 'opera desktop'],
    [chromium('X11; Linux x86_64', ' Safari/537.36 Vivaldi/6.5.3206.63'), 'vivaldi desktop'],
    [chromium('Windows NT 10.0; Win64; x64', ' YaBrowser/24.4.0.0 Safari/537.36'), 'yandex desktop'],
    [
      'Mozilla/5.0 (Linux; Android 14; SM-S921B) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/25.0 Chrome/121.0.0.0 Mobile Safari/537.36',
      'samsung mobile',
    ],
    [
      'Mozilla/5.0 (Linux; U; Android 13; zh-CN; V2148A) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/100.0.4896.58 UCBrowser/16.1.2 Mobile Safari/537.36',
      'uc mobile',
    ],
    [
      'Mozilla/5.0 (Linux; U; Android 13; zh-cn; V2148A) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/98.0.4758.102 MQQBrowser/14.0 Mobile Safari/537.36',
      'qq mobile',
    ],
    [chromium('Linux; Android 13; M2101K6G', ' Mobile Safari/537.36 MicroMessenger/8.0.40'), 'wechat mobile'],
    ['Mozilla/5.0 (Windows NT 10.0; WOW64; Trident/7.0; rv:11.0) like Gecko', 'ie desktop'],
  ])('%s', (userAgent, expected) => {
    expect(ofUserAgent(userAgent).join(' ')).toBe(expected)
  })

  it.each([
    ['curl/8.5.0', 'bot'],
    ['Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)', 'bot'],
    ['Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)', 'bot'],
    ['Mozilla/5.0 (compatible; Baiduspider/2.0; +http://www.baidu.com/search/spider.html)', 'bot'],
    [`${phoneChrome} (compatible; Googlebot/2.1; +http://www.google.com/bot.html)`, 'mobile bot'],
    ['python-requests/2.31.0', 'bot'],
    [desktopChrome.replace('Chrome/', 'HeadlessChrome/'), 'bot'],
  ])('takes a program for one, without a name: %s', (userAgent, expected) => {
    expect(ofUserAgent(userAgent).join(' ')).toBe(expected)
  })

  it('knows nothing about a request without the field, or with an empty one', () => {
    expect([classes([]), ofUserAgent('')]).toEqual([[], []])
  })
})

describe('requestBrowser() by Client Hints', () => {
  it.each([
    ['"Chromium";v="124", "Google Chrome";v="124", "Not-A.Brand";v="99"', '?0', '"Windows"', 'chrome desktop'],
    ['"Not(A:Brand";v="24", "Chromium";v="124", "Microsoft Edge";v="124"', '?0', '"macOS"', 'edge desktop'],
    ['"Chromium";v="124", "Opera";v="110", "Not-A.Brand";v="99"', '?0', '"Linux"', 'opera desktop'],
    ['"Chromium";v="121", "Samsung Internet";v="25.0", "Not-A.Brand";v="99"', '?1', '"Android"', 'samsung mobile'],
    ['"Brave";v="124","Not-A.Brand";v="99","Google Chrome";v="124"', '?0', '"Android"', 'brave tablet'],
    ['"Chromium" ; v="124", "YaBrowser" ;v ="24.4"', '?1', '"Android"', 'yandex mobile'],
  ])('%s, mobile %s, on %s', (brands, mobile, platform, expected) => {
    expect(classes(hints(brands, mobile, platform)).join(' ')).toBe(expected)
  })

  it('go before User-Agent', () => {
    const lines = [...hints('"Microsoft Edge";v="124"', '?1', '"Android"'), ['User-Agent', desktopChrome] as const]
    expect(classes(lines)).toEqual(['edge', 'mobile'])
  })

  it('leave to User-Agent what they do not tell', () => {
    expect(classes([...hints('"Chromium";v="124", "Unheard Of";v="1"', '?1'), ['User-Agent', desktopChrome]])).toEqual([
      'chrome',
      'mobile',
    ])
    expect(classes([...hints('"Google Chrome";v="124"', '?0'), ['User-Agent', phoneChrome]])).toEqual([
      'chrome',
      'mobile',
    ])
  })

  it('show a headless browser, and do not hide a bot that names itself in User-Agent', () => {
    expect(classes(hints('"HeadlessChrome";v="124"', '?0', '"Linux"'))).toEqual(['desktop', 'bot'])
    const googlebot = [...hints('"Google Chrome";v="124"'), ['User-Agent', 'Googlebot/2.1'] as const]
    expect(classes(googlebot)).toEqual(['bot'])
  })

  it.each([
    '',
    'Google Chrome',
    '"Google Chrome"',
    '"Google Chrome',
    '"Google Chrome\\";v="1"',
    '"my Google Chrome";v="1"',
    ';v="1"',
    `"Google Chrome";v="1"${' '.repeat(1000)}`,
    '"'.repeat(999),
    '\\"'.repeat(499),
  ])('tell nothing when malformed or too long: %j', brands => {
    expect(classes(hints(brands, '1', 'Windows'))).toEqual([])
  })
})
