import { describe, expect, it } from 'vitest'
import { messageOf, valueOf } from '../test/request-of.ts'
import { parseLanguages } from './parse-languages.ts'

describe('parseLanguages()', () => {
  it.each([
    ['zh, zh-*', ['zh']],
    ['ZH-hANT, zh-tw,zh-hant-TW', ['zh-Hant', 'zh-TW', 'zh-Hant-TW']],
    ['*, en', ['en']],
    ['en-*-*', ['en']],
    ['es-419, sl-rozaj-biske, de-CH-1996', ['es-419', 'sl-rozaj-biske', 'de-CH-1996']],
    ['en-a-BB-cccc, x-Y', ['en-a-bb-cccc', 'x-y']],
  ])('reads %j', (text, tags) => {
    expect(valueOf(parseLanguages(text))).toEqual(tags)
  })

  it.each([
    ['', 'no language is named'],
    ['*', 'write for instance "zh, zh-Hant"'],
    ['*-CH', '"*-CH" is not a language range'],
    ['zh-*-TW', 'is not a language range'],
    ['zh_CN', 'is not a language range'],
    ['zh;q=0.5', 'is not a language range'],
    ['en-', 'is not a language range'],
    ['chinesisch', 'is not a language range'],
    [Array.from({ length: 33 }, (_, index) => `en-${index}`).join(), 'at most 32'],
  ])('refuses %j', (text, reason) => {
    expect(messageOf(parseLanguages(text))).toContain(reason)
  })
})
