import { describe, expect, it } from 'vitest'
import { valueOf } from '../test/request-of.ts'
import { parseFieldConditions } from './parse-field-conditions.ts'
import { varyOf } from './vary-of.ts'

describe('varyOf()', () => {
  it('names the headers that decide, sorted, each once, as people write them', () => {
    const headers = valueOf(parseFieldConditions('x-env=1, x-env~2, accept-language, sec-ch-ua-arch', 'header'))
    expect(varyOf({ headers, languages: ['zh'] })).toEqual(['Accept-Language', 'Sec-CH-UA-Arch', 'X-Env'])
  })

  it.each([
    [{ cookies: valueOf(parseFieldConditions('a, b', 'cookie')) }, ['Cookie']],
    [{ languages: ['zh'] }, ['Accept-Language']],
    [{ browsers: ['bot'] as const }, ['Sec-CH-UA', 'Sec-CH-UA-Mobile', 'Sec-CH-UA-Platform', 'User-Agent']],
    [{ methods: ['GET'], query: valueOf(parseFieldConditions('a', 'query')) }, []],
    [{ headers: [], cookies: [], browsers: [], languages: [] }, []],
    [
      { headers: valueOf(parseFieldConditions('sec-ch-uart, dnt, sec-ch-prefers-color-scheme', 'header')) },
      ['Dnt', 'Sec-CH-Prefers-Color-Scheme', 'Sec-CH-Uart'],
    ],
  ])('%j depends on %j', (match, names) => {
    expect(varyOf(match)).toEqual(names)
  })
})
