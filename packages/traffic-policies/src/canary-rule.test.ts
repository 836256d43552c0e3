import { describe, expect, it } from 'vitest'
import { requestOf, valueOf } from '../test/request-of.ts'
import { canaryVary, decideCanary, type CanaryRule } from './canary-rule.ts'
import { linearPattern } from './linear-pattern.ts'

const byWeight = { weight: 10, weightTotal: 100 }
const decided = (rule: Partial<CanaryRule>, lines: readonly (readonly [string, string])[]): string =>
  decideCanary({ ...byWeight, ...rule }, requestOf(lines))

const header = { name: 'x-canary', test: { kind: 'always-never' } } as const
const equals = { name: 'x-canary', test: { kind: 'equals', value: 'blue' } } as const
const matches = { name: 'x-canary', test: { kind: 'matches', pattern: valueOf(linearPattern('^blue')) } } as const
const cookie = 'canary'

describe('decideCanary()', () => {
  it.each<[string, Partial<CanaryRule>, readonly (readonly [string, string])[], string]>([
    ['the weight without a rule', {}, [], 'by-weight'],
    ['the weight without the fields', { header, cookie }, [], 'by-weight'],
    ['always by header', { header }, [['X-Canary', 'always']], 'always'],
    ['never by header', { header }, [['X-Canary', 'never']], 'never'],
    ['the weight for another header value', { header }, [['X-Canary', 'Always']], 'by-weight'],
    [
      'the header before the cookie',
      { header, cookie },
      [
        ['X-Canary', 'never'],
        ['Cookie', 'canary=always'],
      ],
      'never',
    ],
    [
      'the cookie when the header says nothing',
      { header, cookie },
      [
        ['X-Canary', 'maybe'],
        ['Cookie', 'canary=always'],
      ],
      'always',
    ],
    ['never by cookie', { cookie }, [['Cookie', 'a=b; canary=never']], 'never'],
    ['the weight for another cookie value', { cookie }, [['Cookie', 'canary=1']], 'by-weight'],
    [
      'the first field line that decides',
      { header },
      [
        ['X-Canary', 'x'],
        ['X-Canary', 'never'],
        ['X-Canary', 'always'],
      ],
      'never',
    ],
    ['always by equal value', { header: equals }, [['X-Canary', 'blue']], 'always'],
    ['nothing by always when a value is set', { header: equals }, [['X-Canary', 'always']], 'by-weight'],
    [
      'the cookie when the value differs',
      { header: equals, cookie },
      [
        ['X-Canary', 'red'],
        ['Cookie', 'canary=never'],
      ],
      'never',
    ],
    ['always by pattern', { header: matches }, [['X-Canary', 'blue-2']], 'always'],
    ['the weight when the pattern is not found', { header: matches }, [['X-Canary', 'dark blue']], 'by-weight'],
  ])('follows %s', (_, rule, lines, expected) => {
    expect(decided(rule, lines)).toBe(expected)
  })
})

describe('canaryVary()', () => {
  it('names the header and Cookie when they decide', () => {
    expect(canaryVary({ ...byWeight, header, cookie })).toEqual(['Cookie', 'X-Canary'])
    expect(canaryVary({ ...byWeight, header: { ...header, name: 'cookie' }, cookie })).toEqual(['Cookie'])
    expect(canaryVary(byWeight)).toEqual([])
  })
})
