import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import * as fc from 'fast-check'
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

  it.each(['(a+)+$', '(a|aa)+$', '(a*)*b', '^(?:a?){30}a{30}b', '(x+x+)+y', '(a|x)*a(a|x){20}$'])(
    'finishes %j on a text for which a backtracking engine needs more steps than there are atoms',
    pattern => {
      expect(tests(pattern, `${'ax'.repeat(10)}${'a'.repeat(490)}!`)).toBe(false)
    },
  )

  it('looks at texts of up to 512 characters', () => {
    expect(tests('^a', 'a'.repeat(512))).toBe(true)
    expect(tests('^a', 'a'.repeat(513))).toBe(false)
  })

  it('keeps nothing of the texts that clients choose', () => {
    // An automaton of this pattern has a million states, and texts like these reach a new one with almost every character.
    const pattern = valueOf(linearPattern('(a|b)*a(a|b){20}$'))
    const texts = fc.sample(fc.string({ unit: fc.constantFrom('a', 'b'), minLength: 500, maxLength: 500 }), {
      numRuns: 60,
      seed: 1,
    })
    pattern.test(texts[0] ?? '')
    const before = usedHeap()
    for (const text of texts) pattern.test(`${text}!`)
    expect(usedHeap() - before).toBeLessThan(500_000)
  })

  it('finds what a backtracking engine finds', () => {
    const atom = fc.constantFrom('a', 'b', '.', '[ab]', '[^a]', String.raw`\w`, String.raw`\b`, '^', '$', '-', 'é')
    const { pattern } = fc.letrec<{ pattern: string; part: string }>(tie => ({
      part: fc.oneof(
        { depthSize: 'small' },
        atom,
        fc
          .tuple(tie('pattern'), fc.constantFrom('', '*', '+', '?', '{2}', '{1,3}'))
          .map(([x, times]) => `(${x})${times}`),
        tie('pattern').map(x => `(?:${x})`),
      ),
      pattern: fc.oneof(
        { depthSize: 'small' },
        tie('part'),
        fc.array(tie('part'), { minLength: 1, maxLength: 3 }).map(parts => parts.join('')),
        fc.tuple(tie('pattern'), tie('pattern')).map(([x, y]) => `${x}|${y}`),
      ),
    }))
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '-', '\n', 'é'), maxLength: 12 })
    fc.assert(
      fc.property(pattern, fc.array(text, { minLength: 1, maxLength: 5 }), (source, texts) => {
        const compiled = linearPattern(source)
        fc.pre(compiled.kind === 'parsed')
        const oracle = new RegExp(source, 'u')
        for (const each of texts) expect(compiled.value.test(each)).toBe(oracle.test(each))
      }),
      { numRuns: 300 },
    )
  })

  it.each([
    ['(', 'missing closing )'],
    ['a(?=b)', 'no look-around'],
    ['(?<!a)b', 'no look-around'],
    [String.raw`(a)\1`, 'no back-references'],
    ['a**', 'nested repetition'],
    ['a{2000}', 'repeat count'],
    ['.{1000}', 'instructions of 100'],
    ['((a{1,10}){1,10}){1,10}', 'instructions of 100'],
    ['a'.repeat(1025), 'at most 1024'],
  ])('refuses %j and says why', (pattern, reason) => {
    expect(messageOf(linearPattern(pattern))).toContain(reason)
  })

  it('keeps messages short whatever the pattern is', () => {
    expect(messageOf(linearPattern('('.repeat(1000))).length).toBeLessThan(2000)
  })
})

setFlagsFromString('--expose-gc')
const collectGarbage: unknown = runInNewContext('gc')

const usedHeap = (): number => {
  if (typeof collectGarbage === 'function') collectGarbage()
  return process.memoryUsage().heapUsed
}
