import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { buildDefault, buildRule } from '../test/build-rule.ts'
import { chooseAlternative } from './choose-alternative.ts'
import { compileRules } from './compile-rules.ts'
import { explainMatch } from './explain-match.ts'
import type { DefaultRule, PathType, Precedence, Rule } from './rule.ts'

/** An alternative whose value is its name. */
function alternative(
  hostAndPath: string,
  name: string,
  { rank = 0, pathType = 'Prefix', ...precedence }: Partial<Precedence> & { rank?: number; pathType?: PathType } = {},
): Rule<string> {
  return { ...buildRule(hostAndPath, pathType, precedence), value: name, alternative: { rank, key: name } }
}

function served(
  rules: readonly Rule<string>[],
  {
    defaults = [],
    path = '/',
    takes = [],
  }: { defaults?: readonly DefaultRule<string>[]; path?: string; takes?: readonly string[] },
): string {
  const { table } = compileRules({ rules, defaults })
  const match = chooseAlternative(table.match('h', path), rule => takes.includes(rule.value))
  return match.kind === 'none' ? match.reason : match.rule.value
}

const plain = buildRule('h/')
const chinese = alternative('h/', 'zh', { rank: 2 })
const mobile = alternative('h/', 'mobile', { rank: 1 })

describe('alternatives of a path', () => {
  it('serve the requests that are accepted for them, and the plain rule serves the others', () => {
    expect(served([plain, chinese], { takes: ['zh'] })).toBe('zh')
    expect(served([plain, chinese], {})).toBe(plain.value)
  })

  it('are tried in ascending order of rank, and by age among equals, whatever the order given', () => {
    const takes = ['zh', 'mobile', 'older']
    const older = alternative('h/', 'older', { rank: 1, createdAtMs: 1 })
    expect(served([chinese, plain, mobile], { takes })).toBe('mobile')
    expect(served([mobile, older, chinese], { takes })).toBe('older')
  })

  it('with the same key are in conflict: the older one serves, the other is reported', () => {
    const twin = { ...chinese, value: 'twin', precedence: { object: 'default/twin', createdAtMs: 1 } }
    const { conflicts, table } = compileRules({ rules: [chinese, twin, plain], defaults: [] })
    expect(conflicts).toEqual([{ host: 'h', path: '/', winner: twin, loser: chinese }])
    expect([...table.rules()]).toEqual([plain, twin])
  })

  it('are no conflict with the plain rule', () => {
    expect(compileRules({ rules: [plain, chinese, mobile], defaults: [] }).conflicts).toEqual([])
  })

  it('leave what they do not take to the next shorter prefix, then to the default, then to nobody', () => {
    const shop = alternative('h/shop/cart', 'shop')
    const exact = alternative('h/shop/cart', 'exact', { pathType: 'Exact' })
    const path = '/shop/cart'
    expect(served([plain, shop, exact], { path, takes: ['exact'] })).toBe('exact')
    expect(served([plain, shop, exact], { path, takes: ['shop'] })).toBe('shop')
    expect(served([plain, shop, exact], { path })).toBe(plain.value)
    expect(served([chinese, shop], { path, takes: ['zh'] })).toBe('zh')
    expect(served([shop], { path, defaults: [buildDefault('h')] })).toBe('default of h')
    expect(served([shop], { path })).toBe('no-path')
  })

  it('name their host: what they do not take goes to no other host', () => {
    expect(served([chinese, buildRule('_/')], {})).toBe('no-path')
  })

  it('asks about each alternative at most once, in order, and never about a plain rule', () => {
    const { table } = compileRules({ rules: [plain, chinese, mobile, alternative('h/a', 'a')], defaults: [] })
    const asked: string[] = []
    chooseAlternative(table.match('h', '/a'), rule => {
      asked.push(rule.value)
      return false
    })
    expect(asked).toEqual(['a', 'mobile', 'zh'])
  })

  it('answer as a table does that holds only the plain rules and those that are accepted', () => {
    const paths = fc.constantFrom('/', '/a', '/a/', '/a/b', '/a/b/c', '/b')
    const rules = fc.array(
      fc.record({ path: paths, pathType: fc.constantFrom<PathType>('Prefix', 'Exact'), key: fc.option(fc.nat(3)) }),
      { maxLength: 12 },
    )
    fc.assert(
      fc.property(rules, fc.subarray([0, 1, 2, 3]), paths, (notes, accepted, path) => {
        const given = notes.map(({ path: own, pathType, key }, index): Rule<string> => {
          const rule = { ...buildRule(`h${own}`, pathType, { object: `ns/${index}` }), value: `${index}` }
          return key === null ? rule : { ...rule, alternative: { rank: key, key: String(key) } }
        })
        const accepts = (rule: Rule<string>): boolean => accepted.includes(rule.alternative?.rank ?? -1)
        const { table } = compileRules({ rules: given, defaults: [] })
        const match = chooseAlternative(table.match('h', path), accepts)
        // The rule of lowest rank of each path is made the plain one, as if the others did not exist.
        const left = given.filter(rule => rule.alternative === undefined || accepts(rule))
        const asPlain = left.map(({ alternative: own, ...rule }) => ({
          ...rule,
          precedence: { ...rule.precedence, createdAtMs: own?.rank ?? 9 },
        }))
        const expected = compileRules({ rules: asPlain, defaults: [] }).table.match('h', path)
        expect(match.kind === 'none' ? undefined : match.rule.value).toBe(
          expected.kind === 'rule' ? expected.rule.value : undefined,
        )
      }),
    )
  })
})

describe('the explanation of a match with alternatives', () => {
  const longer = buildRule('h/', 'Exact')
  const { table } = compileRules({ rules: [plain, chinese, mobile, longer], defaults: [] })
  const verdicts = (takes: readonly string[], path: string): Readonly<Record<string, string>> =>
    Object.fromEntries(
      explainMatch(table, 'h', path, { accepts: rule => takes.includes(rule.value) }).candidates.map(
        ({ rule, verdict }) => [rule.value, verdict.kind],
      ),
    )

  it('says which alternative took the request, and why the others and the plain rule did not', () => {
    expect(verdicts(['zh'], '/x')).toEqual({
      zh: 'won',
      mobile: 'not-accepted',
      [plain.value]: 'alternative-first',
      [longer.value]: 'not-exact',
    })
    expect(verdicts(['zh', 'mobile'], '/x')).toMatchObject({ mobile: 'won', zh: 'alternative-first' })
    expect(verdicts(['zh'], '/')).toMatchObject({ [longer.value]: 'won', zh: 'exact-beats-prefix' })
  })

  it('settles for the plain rule when nobody says what is accepted', () => {
    const { result, candidates } = explainMatch(table, 'h', '/x')
    expect(result).toEqual({ kind: 'rule', rule: plain })
    expect(candidates.map(({ verdict }) => verdict.kind)).toEqual(['won', 'not-accepted', 'not-accepted', 'not-exact'])
  })
})
