import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  decideCanary,
  matchContent,
  parseBrowsers,
  parseFieldConditions,
  parseLanguages,
  parseMethods,
  type ContentMatch,
} from '../src/index.ts'
import { requestOf, valueOf } from './request-of.ts'

const symbols = Array.from('az-,;=q0."\\*%&?+~()[]{}|^$ \t\u0000\u00FF中')
const words = ['zh', '\uD83D', '__proto__', 'constructor', 'Chrome/', 'Mobile', '"Chromium";v="1"', 'canary=']
const pieces = fc.constantFrom(...symbols, ...words)
const hostile = fc.oneof(
  fc.array(pieces, { maxLength: 40 }).map(parts => parts.join('')),
  fc.tuple(pieces, fc.integer({ min: 1, max: 20_000 })).map(([piece, count]) => piece.repeat(count)),
)
const names = ['accept-language', 'user-agent', 'sec-ch-ua', 'sec-ch-ua-mobile', 'sec-ch-ua-platform', 'cookie', 'x-a']
const requests = fc
  .tuple(fc.array(fc.tuple(fc.constantFrom(...names), hostile), { maxLength: 8 }), hostile, hostile)
  .map(([lines, method, query]) => requestOf(lines, { method, query }))

const match: ContentMatch = {
  headers: valueOf(parseFieldConditions('x-a~(a+)+$', 'header')),
  cookies: valueOf(parseFieldConditions('__proto__~^(zh|z)*$', 'cookie')),
  query: valueOf(parseFieldConditions('constructor, __proto__=1', 'query')),
  browsers: ['bot'],
  languages: ['zh'],
}
const alone = (['headers', 'cookies', 'query', 'browsers', 'languages'] as const).map((kind): ContentMatch => ({
  [kind]: match[kind],
}))

describe('hostile text', () => {
  it('in a request is an answer, never an error', () => {
    fc.assert(
      fc.property(requests, request => {
        for (const condition of alone) {
          expect(['matched', 'failed']).toContain(matchContent(condition, request, ['zh', 'en']).kind)
        }
        const rule = {
          header: { name: 'x-a', test: { kind: 'always-never' } },
          cookie: 'canary',
          weight: 1,
          weightTotal: 2,
        } as const
        expect(['always', 'never', 'by-weight']).toContain(decideCanary(rule, request))
      }),
      { numRuns: 200 },
    )
  })

  it('in an annotation is a value, or a message that is not much longer than it must be', () => {
    fc.assert(
      fc.property(hostile, text => {
        const results = [
          parseMethods(text),
          parseBrowsers(text),
          parseLanguages(text),
          ...(['header', 'cookie', 'query'] as const).map(kind => parseFieldConditions(text, kind)),
        ]
        for (const result of results) {
          if (result.kind === 'invalid') expect(result.message.length).toBeLessThan(700)
          else expect(result.value.length).toBeGreaterThan(0)
        }
      }),
      { numRuns: 200 },
    )
  })
})
