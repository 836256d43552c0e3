import { describe, expect, it } from 'vitest'
import { messageOf, valueOf } from '../test/request-of.ts'
import { browserClasses } from './browser-class.ts'
import { parseBrowsers } from './parse-browsers.ts'

describe('parseBrowsers()', () => {
  it('reads every class, in any case, each once', () => {
    expect(valueOf(parseBrowsers(browserClasses.join(', ')))).toEqual(browserClasses)
    expect(valueOf(parseBrowsers('Mobile,TABLET, mobile'))).toEqual(['mobile', 'tablet'])
  })

  it.each([
    ['frefox', '"frefox" is not a kind of browser; write some of chrome'],
    ['__proto__', '"__proto__" is not a kind of browser'],
    ['', 'no kind of browser is named'],
  ])('refuses %j', (text, reason) => {
    expect(messageOf(parseBrowsers(text))).toContain(reason)
  })
})
