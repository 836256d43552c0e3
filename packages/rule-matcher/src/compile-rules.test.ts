import { describe, expect, it } from 'vitest'
import { buildDefault, buildRule } from '../test/build-rule.ts'
import { chooseAlternative } from './choose-alternative.ts'
import { compileRules } from './compile-rules.ts'
import type { DefaultRule, Rule } from './rule.ts'

/** Asks a table `host/path` and gets the value served, or the reason for none. */
function asker(rules: readonly Rule<string>[], defaults: readonly DefaultRule<string>[] = []) {
  const { table } = compileRules({ rules, defaults })
  return (hostAndPath: string): string => {
    const slash = hostAndPath.indexOf('/')
    const result = chooseAlternative(table.match(hostAndPath.slice(0, slash), hostAndPath.slice(slash)), () => false)
    return result.kind === 'none' ? result.reason : result.rule.value
  }
}

describe('the host that decides', () => {
  it('is the precise one before the wildcard before none', () => {
    const ask = asker([buildRule('a.foo.com/'), buildRule('*.foo.com/'), buildRule('_/')])
    expect(ask('a.foo.com/')).toBe('Prefix a.foo.com/')
    expect(ask('b.foo.com/')).toBe('Prefix *.foo.com/')
    expect(ask('foo.com/')).toBe('Prefix _/')
  })

  it('decides alone: an unmatched path reaches neither wildcard, nor rules for all hosts, nor a catch-all default', () => {
    const ask = asker([buildRule('a.foo.com/only'), buildRule('*.foo.com/wild'), buildRule('_/x')], [buildDefault('_')])
    expect(ask('a.foo.com/wild')).toBe('no-path')
    expect(ask('a.foo.com/x')).toBe('no-path')
    expect(ask('b.foo.com/x')).toBe('no-path')
  })

  it('is served by its own default when no path matches', () => {
    const ask = asker(
      [buildRule('a.foo.com/only'), buildRule('*.foo.com/wild')],
      [buildDefault('a.foo.com'), buildDefault('*.foo.com')],
    )
    expect(ask('a.foo.com/other')).toBe('default of a.foo.com')
    expect(ask('b.foo.com/other')).toBe('default of *.foo.com')
    expect(ask('other.com/')).toBe('no-host')
  })

  it('may be named by a default alone', () => {
    const ask = asker([buildRule('*.foo.com/')], [buildDefault('a.foo.com')])
    expect(ask('a.foo.com/')).toBe('default of a.foo.com')
  })

  it('leaves unknown hosts to the catch-all default, and to it also what rules for all hosts do not match', () => {
    expect(asker([buildRule('a.com/')], [buildDefault('_')])('b.com/')).toBe('default of _')
    expect(asker([buildRule('_/x')], [buildDefault('_')])('b.com/y')).toBe('default of _')
    expect(asker([buildRule('_/x')])('b.com/y')).toBe('no-path')
    expect(asker([buildRule('a.com/')])('b.com/')).toBe('no-host')
  })

  it('takes a request for the text of a wildcard for an ordinary name', () => {
    const ask = asker([buildRule('*.foo.com/'), buildRule('*.bar.foo.com/')])
    expect(ask('*.bar.foo.com/')).toBe('Prefix *.bar.foo.com/')
    expect(ask('*.foo.com.evil/')).toBe('no-host')
    expect(ask('.foo.com/')).toBe('no-host')
  })

  it('stays named by a rule whose path can never match', () => {
    const ask = asker([buildRule('a.foo.com/%00'), buildRule('*.foo.com/')])
    expect(ask('a.foo.com/')).toBe('no-path')
  })
})

describe('the path of a rule', () => {
  it('is read by the same canonical form as requests', () => {
    const ask = asker([
      buildRule('_/caf\u00e9'),
      buildRule('_/a%2fb'),
      buildRule('_/x//y'),
      buildRule('_/%7euser'),
      buildRule('_/\ud83d\ude00', 'Exact'),
    ])
    expect(ask('h/caf%C3%A9/menu')).toBe('Prefix _/caf\u00e9')
    expect(ask('h/a%2Fb')).toBe('Prefix _/a%2fb')
    expect(ask('h/a/b')).toBe('no-path')
    expect(ask('h/x/y')).toBe('Prefix _/x//y')
    expect(ask('h/~user')).toBe('Prefix _/%7euser')
    expect(ask('h/%F0%9F%98%80')).toBe('Exact _/\ud83d\ude00')
  })

  it('means every path when it is missing from a prefix', () => {
    const rule = { ...buildRule('_/', 'ImplementationSpecific'), path: '' }
    expect(asker([rule])('h/any')).toBe('ImplementationSpecific _/')
  })

  it('is reported when it has no canonical form, and harms no other rule', () => {
    const bad = { ...buildRule('a.com/', 'Exact'), path: 'no-slash' }
    const { table, rejected, conflicts } = compileRules({ rules: [bad, buildRule('a.com/')], defaults: [] })
    expect(rejected).toEqual([{ rule: bad, reason: 'not-absolute' }])
    expect(conflicts).toEqual([])
    expect(table.match('a.com', '/')).toMatchObject({ kind: 'rule', rule: { value: 'Prefix a.com/' } })
    expect(table.size).toBe(1)
  })

  it('survives a lone surrogate', () => {
    expect(asker([buildRule('_/\ud800')])('h/%EF%BF%BD')).toBe('Prefix _/\ud800')
  })
})

describe('a rule table', () => {
  it('lists its rules, defaults and hosts', () => {
    const rules = [buildRule('a.com/x'), buildRule('_/'), buildRule('a.com/y')]
    const { table } = compileRules({ rules, defaults: [buildDefault('*.b.com')] })
    expect([...table.rules()].map(rule => rule.value)).toEqual(['Prefix a.com/x', 'Prefix a.com/y', 'Prefix _/'])
    expect([...table.defaults()].map(rule => rule.value)).toEqual(['default of *.b.com'])
    expect([...table.hosts()]).toEqual(['a.com', undefined, '*.b.com'])
    expect(table.size).toBe(3)
  })

  it('can be empty', () => {
    const { table, conflicts } = compileRules({ rules: [], defaults: [] })
    expect(table.match('a.com', '/')).toEqual({ kind: 'none', reason: 'no-host' })
    expect(conflicts).toEqual([])
    expect(table.size).toBe(0)
  })

  it('answers the same question with the same object, so that a match allocates nothing', () => {
    const { table } = compileRules({
      rules: [buildRule('a.com/x'), buildRule('*.b.com/x')],
      defaults: [buildDefault('*.b.com')],
    })
    for (const [host, path] of [
      ['a.com', '/x'],
      ['a.com', '/y'],
      ['h.b.com', '/x'],
      ['h.b.com', '/y'],
      ['other', '/'],
    ] as const) {
      expect(table.match(host, path)).toBe(table.match(host, path))
    }
  })
})
