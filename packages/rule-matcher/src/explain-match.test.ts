import { describe, expect, it } from 'vitest'
import { buildDefault, buildRule } from '../test/build-rule.ts'
import { compileRules } from './compile-rules.ts'
import { explainMatch } from './explain-match.ts'

const older = buildRule('a.foo.com/api', 'Prefix', { createdAtMs: 1 })
const newer = buildRule('a.foo.com/api/', 'ImplementationSpecific', { createdAtMs: 2 })
const exact = buildRule('a.foo.com/api/v1', 'Exact')
const root = buildRule('a.foo.com/')
const elsewhere = buildRule('a.foo.com/web')
const exactElsewhere = buildRule('a.foo.com/api/v1/', 'Exact')
const broken = buildRule('a.foo.com/%00')
const ownDefault = buildDefault('a.foo.com')
const wildcard = buildRule('*.foo.com/api')
const hostless = buildRule('_/api')
const nearMiss = buildRule('*.a.foo.com/')
const other = buildRule('b.com/')
const { table } = compileRules({
  rules: [other, nearMiss, hostless, wildcard, broken, exactElsewhere, elsewhere, root, exact, newer, older],
  defaults: [ownDefault, buildDefault('_')],
})

describe('the explanation of a match', () => {
  it('gives every candidate its reason, the nearest to winning first', () => {
    const { result, decidedBy, candidates, omitted } = explainMatch(table, 'a.foo.com', '/api/v1')
    expect(result).toEqual({ kind: 'rule', rule: exact })
    expect(decidedBy).toBe('a.foo.com')
    expect(omitted).toBe(0)
    expect(candidates.map(({ rule, verdict }) => [rule.value, verdict.kind])).toEqual([
      [exact.value, 'won'],
      [newer.value, 'conflict-lost'],
      [root.value, 'exact-beats-prefix'],
      [older.value, 'exact-beats-prefix'],
      [ownDefault.value, 'default-not-needed'],
      [broken.value, 'path-rejected'],
      [exactElsewhere.value, 'not-exact'],
      [elsewhere.value, 'not-a-prefix'],
      [wildcard.value, 'less-specific-host'],
      [hostless.value, 'less-specific-host'],
      ['default of _', 'less-specific-host'],
      [nearMiss.value, 'wildcard-needs-one-label'],
      [other.value, 'other-host'],
    ])
  })

  it('names who decided and who won', () => {
    const { candidates } = explainMatch(table, 'a.foo.com', '/api/v1/users')
    const verdicts = new Map(candidates.map(({ rule, verdict }) => [rule, verdict]))
    expect(verdicts.get(older)).toEqual({ kind: 'won' })
    expect(verdicts.get(newer)).toEqual({ kind: 'conflict-lost', winner: older })
    expect(verdicts.get(root)).toEqual({ kind: 'shorter-prefix', winner: older })
    expect(verdicts.get(exact)).toEqual({ kind: 'not-exact' })
    expect(verdicts.get(ownDefault)).toEqual({ kind: 'default-not-needed', winner: older })
    expect(verdicts.get(broken)).toEqual({ kind: 'path-rejected', reason: 'null-byte' })
    expect(verdicts.get(wildcard)).toEqual({ kind: 'less-specific-host', decidedBy: 'a.foo.com' })
  })

  it('says that a wildcard needs one label when it would have to stand for none or two', () => {
    const only = compileRules({ rules: [wildcard], defaults: [] }).table
    for (const host of ['foo.com', 'x.y.foo.com']) {
      const { result, decidedBy, candidates } = explainMatch(only, host, '/api')
      expect(result).toEqual({ kind: 'none', reason: 'no-host' })
      expect(decidedBy).toBeUndefined()
      expect(candidates).toEqual([{ rule: wildcard, verdict: { kind: 'wildcard-needs-one-label' } }])
    }
  })

  it('lets a wildcard decide over the rules for all hosts', () => {
    const { decidedBy, candidates } = explainMatch(table, 'c.foo.com', '/nothing')
    const verdicts = new Map(candidates.map(({ rule, verdict }) => [rule, verdict]))
    expect(decidedBy).toBe('*.foo.com')
    expect(verdicts.get(wildcard)).toEqual({ kind: 'not-a-prefix' })
    expect(verdicts.get(hostless)).toEqual({ kind: 'less-specific-host', decidedBy: '*.foo.com' })
    expect(verdicts.get(root)).toEqual({ kind: 'other-host' })
  })

  it('tells a default that serves from one that lost against it', () => {
    const [first, second] = [buildDefault('h', { object: 'ns/a' }), buildDefault('h', { object: 'ns/b' })]
    const { table } = compileRules({ rules: [], defaults: [second, first] })
    expect(explainMatch(table, 'h', '/').candidates).toEqual([
      { rule: first, verdict: { kind: 'won' } },
      { rule: second, verdict: { kind: 'conflict-lost', winner: first } },
    ])
  })

  it('lists at most 50 candidates unless told otherwise, and counts the others', () => {
    const rules = Array.from({ length: 60 }, (_, index) => buildRule(`h/${index}`))
    const { table } = compileRules({ rules, defaults: [] })
    const byDefault = explainMatch(table, 'h', '/59')
    expect(byDefault.candidates).toHaveLength(50)
    expect(byDefault.omitted).toBe(10)
    expect(byDefault.candidates[0]).toEqual({ rule: rules[59], verdict: { kind: 'won' } })
    expect(explainMatch(table, 'h', '/59', { limit: 1 })).toMatchObject({
      candidates: [{ rule: rules[59] }],
      omitted: 59,
    })
    expect(explainMatch(table, 'h', '/59', { limit: 0 })).toMatchObject({ candidates: [], omitted: 60 })
  })
})
