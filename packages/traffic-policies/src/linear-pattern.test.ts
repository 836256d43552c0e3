import { describe, expect, it } from 'vitest'
import { messageOf, valueOf } from '../test/request-of.ts'
import { linearPattern } from './linear-pattern.ts'

const tests = (pattern: string, text: string): boolean => valueOf(linearPattern(pattern)).test(text)

describe('linearPattern()', () => {
  it.each([
    ['ana', 'canary', true],
    ['^ana', 'canary', false],
    ['^canary-[a-z]+$', 'canary-blue', true],
    ['^canary-[a-z]+$', 'canary-blue\n', false],
    ['(?i)^CANARY$', 'canary', true],
    [String.raw`^\d{2,3}$`, '123', true],
    ['^中+$', '中中', true],
    ['', '', true],
  ])('%j in %j: %s', (pattern, text, expected) => {
    expect(tests(pattern, text)).toBe(expected)
  })

  it.each(['(a+)+$', '(a|aa)+$', '(a*)*b', '^(?:a?){30}a{30}b', '(x+x+)+y'])(
    'finishes %j on a text for which a backtracking engine needs more steps than there are atoms',
    pattern => {
      expect(tests(pattern, `${'ax'.repeat(10)}${'a'.repeat(4000)}!`)).toBe(false)
    },
  )

  it('looks at texts of up to 4,096 characters', () => {
    expect(tests('^a', 'a'.repeat(4096))).toBe(true)
    expect(tests('^a', 'a'.repeat(4097))).toBe(false)
  })

  it.each([
    ['(', 'missing closing )'],
    ['a(?=b)', 'no look-around'],
    ['(?<!a)b', 'no look-around'],
    [String.raw`(a)\1`, 'no back-references'],
    ['a**', 'nested repetition'],
    ['a{2000}', 'repeat count'],
    ['.{1000}', 'instructions of 150'],
    ['((a{1,10}){1,10}){1,10}', 'instructions of 150'],
    ['a'.repeat(1025), 'at most 1024'],
  ])('refuses %j and says why', (pattern, reason) => {
    expect(messageOf(linearPattern(pattern))).toContain(reason)
  })

  it('keeps messages short whatever the pattern is', () => {
    expect(messageOf(linearPattern('('.repeat(1000))).length).toBeLessThan(2000)
  })
})
