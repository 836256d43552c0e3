import { describe, expect, it } from 'vitest'
import { buildDefault, buildRule } from '../test/build-rule.ts'
import { compileRules } from './compile-rules.ts'
import type { Precedence, Rule } from './rule.ts'

function conflictsOf(...rules: readonly Rule<string>[]): readonly string[] {
  const { conflicts } = compileRules({ rules, defaults: [] })
  return conflicts.map(({ winner, loser }) => `${winner.precedence.object} beats ${loser.precedence.object}`)
}

describe('what is a conflict', () => {
  const first: Partial<Precedence> = { object: 'ns/first' }
  const second: Partial<Precedence> = { object: 'ns/second' }

  it.each([
    ['/foo', 'Prefix', '/foo', 'Prefix'],
    ['/foo', 'Prefix', '/foo/', 'Prefix'],
    ['/foo', 'Prefix', '/foo', 'ImplementationSpecific'],
    ['/foo', 'Exact', '/foo', 'Exact'],
    ['/a%2fb', 'Exact', '/a%2Fb', 'Exact'],
    ['/a//b', 'Prefix', '/a/./b', 'Prefix'],
    ['/', 'Prefix', '//', 'Prefix'],
  ] as const)('%s (%s) and %s (%s) claim the same', (path, pathType, otherPath, otherType) => {
    expect(conflictsOf(buildRule('h' + path, pathType, first), buildRule('h' + otherPath, otherType, second))).toEqual([
      'ns/first beats ns/second',
    ])
  })

  it.each([
    ['h/foo', 'Prefix', 'h/foo', 'Exact'],
    ['h/foo', 'Exact', 'h/foo/', 'Exact'],
    ['h/foo', 'Prefix', 'h/foo/bar', 'Prefix'],
    ['h/foo', 'Prefix', 'h/Foo', 'Prefix'],
    ['h/foo', 'Prefix', 'i/foo', 'Prefix'],
    ['*.h/foo', 'Prefix', 'a.h/foo', 'Prefix'],
    ['_/foo', 'Prefix', 'h/foo', 'Prefix'],
  ] as const)('%s (%s) and %s (%s) stand side by side', (rule, pathType, other, otherType) => {
    expect(conflictsOf(buildRule(rule, pathType, first), buildRule(other, otherType, second))).toEqual([])
  })

  it('includes two defaults for one host, and says so with an empty path', () => {
    const [winner, loser] = [buildDefault('h', { object: 'ns/a' }), buildDefault('h', { object: 'ns/b' })]
    const { conflicts, table } = compileRules({ rules: [], defaults: [loser, winner] })
    expect(conflicts).toEqual([{ host: 'h', path: '', winner, loser }])
    expect(table.match('h', '/')).toEqual({ kind: 'default', rule: winner })
  })

  it('includes two equal paths of one object, of which the first serves', () => {
    const [winner, loser] = [buildRule('h/x'), buildRule('h/x/')]
    const { conflicts, table } = compileRules({ rules: [winner, loser], defaults: [] })
    expect(conflicts).toEqual([{ host: 'h', path: '/x', winner, loser }])
    expect(table.match('h', '/x')).toEqual({ kind: 'rule', rule: winner })
  })

  it('names the root as / although it has no trailing slash to lose', () => {
    const { conflicts } = compileRules({ rules: [buildRule('_/'), buildRule('_/')], defaults: [] })
    expect(conflicts).toMatchObject([{ host: undefined, path: '/' }])
  })
})

describe('who wins a conflict', () => {
  it.each<[title: string, winner: Partial<Precedence>, loser: Partial<Precedence>]>([
    [
      'the older object',
      { createdAtMs: 1, object: 'ns/z', origin: 'z' },
      { createdAtMs: 2, object: 'ns/a', origin: 'a' },
    ],
    ['a known age before an unknown one', { createdAtMs: 9, object: 'ns/z' }, { object: 'ns/a' }],
    [
      'a known age before one that is not a number',
      { createdAtMs: 9, object: 'ns/z' },
      { createdAtMs: Number.NaN, object: 'ns/a' },
    ],
    ['the epoch before an unknown age', { createdAtMs: 0, object: 'ns/z' }, { object: 'ns/a' }],
    [
      'the lower file name when both ages are unknown',
      { origin: '1.yaml', object: 'ns/z' },
      { origin: '2.yaml', object: 'ns/a' },
    ],
    [
      'the lower file name when both are of one age',
      { createdAtMs: 5, origin: '1.yaml', object: 'ns/z' },
      { createdAtMs: 5, origin: '2.yaml', object: 'ns/a' },
    ],
    ['a known file name before an unknown one', { origin: '9.yaml', object: 'ns/z' }, { object: 'ns/a' }],
    ['the lower namespace/name at last', { origin: '1.yaml', object: 'ns/a' }, { origin: '1.yaml', object: 'ns/b' }],
  ])('%s', (_title, winner, loser) => {
    const [a, b] = [buildRule('h/', 'Prefix', winner), buildRule('h/', 'Prefix', loser)]
    expect(compileRules({ rules: [a, b], defaults: [] }).conflicts).toMatchObject([{ winner: a, loser: b }])
    expect(compileRules({ rules: [b, a], defaults: [] }).conflicts).toMatchObject([{ winner: a, loser: b }])
  })

  it('is named to each of several losers, also to one that would have beaten another loser', () => {
    const rules = [3, 1, 2].map(age => buildRule('h/', 'Prefix', { createdAtMs: age, object: `ns/age-${age}` }))
    expect(conflictsOf(...rules)).toEqual(['ns/age-1 beats ns/age-2', 'ns/age-1 beats ns/age-3'])
  })
})
