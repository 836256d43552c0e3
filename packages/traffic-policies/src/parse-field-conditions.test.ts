import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { messageOf, valueOf } from '../test/request-of.ts'
import { describeContent } from './describe-content.ts'
import { parseFieldConditions } from './parse-field-conditions.ts'

const described = (text: string, kind: 'header' | 'cookie' | 'query' = 'header'): string =>
  describeContent({ headers: valueOf(parseFieldConditions(text, kind)) })

describe('parseFieldConditions()', () => {
  it.each([
    ['X-Env=canary', 'header x-env is "canary"'],
    ['x-env', 'header x-env is present'],
    ['x-env=', 'header x-env is ""'],
    ['x-env~^canary-', 'header x-env matches ^canary-'],
    ['a = b , c ~ d', 'header a is "b", and header c matches d'],
    ['a=b=c~d', 'header a is "b=c~d"'],
    ['a~b=c', 'header a matches b=c'],
    [String.raw`a=x\,y`, 'header a is "x,y"'],
    [String.raw`a=x\\,b`, String.raw`header a is "x\\", and header b is present`],
    [String.raw`a~^\d{1\,3}$`, String.raw`header a matches ^\d{1,3}$`],
    ['a=1,a=1, A=1,', 'header a is "1"'],
    ['a=1,a=2', 'header a is "1", and header a is "2"'],
    ['constructor=1, valueof', 'header constructor is "1", and header valueof is present'],
  ])('reads %j', (text, meaning) => {
    expect(described(text)).toBe(meaning)
  })

  it('refuses a header name with an underscore, which never arrives, but no such cookie or parameter', () => {
    for (const text of ['X_Env=canary', 'x_env', 'x-env, x-my_env~^v2', '__proto__=1'])
      expect(messageOf(parseFieldConditions(text, 'header'))).toContain('use - instead of _')
    expect(messageOf(parseFieldConditions('X_Env=1', 'header'))).toContain('the header "X_Env" never arrives')
    expect(described('my_group=a_b, __proto__', 'cookie')).toBe(
      'header my_group is "a_b", and header __proto__ is present',
    )
    expect(described('utm_source=a', 'query')).toBe('header utm_source is "a"')
    expect(described('x-env=a_b', 'header')).toBe('header x-env is "a_b"')
  })

  it('keeps the case of cookie and query names, and any character in the latter', () => {
    expect(described('Group=A', 'cookie')).toBe('header Group is "A"')
    expect(described('filter[größe] =A b', 'query')).toBe('header filter[größe] is "A b"')
  })

  it.each([
    ['', 'header', 'no condition is given; write for instance "x-env=canary"'],
    [', ,', 'cookie', 'no condition is given; write for instance "group=beta"'],
    ['=canary', 'header', '"=canary" has no name'],
    ['~', 'query', 'has no name'],
    ['x env=1', 'header', '"x env" cannot be the name of a header'],
    ['grüppe=1', 'cookie', 'cannot be the name of a cookie'],
    ['x-env~(', 'header', 'header x-env: the regular expression "("'],
    ['x-env~', 'header', 'write the name alone'],
    [`a=${'x'.repeat(1025)}`, 'header', 'header a: the value has 1025 characters; write at most 1024'],
    ['x'.repeat(257), 'query', 'write at most 256'],
    [Array.from({ length: 17 }, (_, index) => `h${index}`).join(), 'header', 'write at most 16'],
  ] as const)('refuses %j for a %s', (text, kind, reason) => {
    expect(messageOf(parseFieldConditions(text, kind))).toContain(reason)
  })

  it('reads back every value that is written with its commas and backslashes escaped', () => {
    const values = fc.string({ unit: fc.constantFrom(',', '\\', '=', '~', 'a', '"', 'é'), maxLength: 20 })
    fc.assert(
      fc.property(fc.array(values, { minLength: 1, maxLength: 8 }), list => {
        const text = list.map((value, index) => `h${index}=${value.replaceAll(/[\\,]/gu, String.raw`\$&`)}`).join(' , ')
        const expected = list.map((value, index) => ({ name: `h${index}`, test: { kind: 'equals', value } }))
        expect(valueOf(parseFieldConditions(text, 'header'))).toEqual(expected)
      }),
    )
  })
})
