import { describe, expect, it } from 'vitest'
import { buildDefault, buildRule } from '../test/build-rule.ts'
import { compileRules } from './compile-rules.ts'

describe('compiling with a previous table', () => {
  const rules = [buildRule('a.com/x'), buildRule('a.com/y'), buildRule('*.b.com/'), buildRule('_/')]
  const defaults = [buildDefault('a.com')]
  const previous = compileRules({ rules, defaults }).table

  it('carries over the hosts whose rules are the same objects', () => {
    const changed = [...rules.slice(0, 3), buildRule('_/other')]
    const { table } = compileRules({ rules: changed, defaults }, { previous })
    expect(table.match('a.com', '/x')).toBe(previous.match('a.com', '/x'))
    expect(table.match('a.com', '/nowhere')).toBe(previous.match('a.com', '/nowhere'))
    expect(table.match('h.b.com', '/')).toBe(previous.match('h.b.com', '/'))
    expect(table.match('c.com', '/')).toEqual({ kind: 'none', reason: 'no-path' })
  })

  it('compiles a host again when a rule, a default or the order of its rules changed', () => {
    const before = previous.match('a.com', '/x')
    const [first, second, ...rest] = rules
    if (first === undefined || second === undefined) throw new Error('the fixture has four rules')
    const reordered = compileRules({ rules: [second, first, ...rest], defaults }, { previous }).table
    const equalButNew = compileRules({ rules: [{ ...first }, second, ...rest], defaults }, { previous }).table
    const otherDefault = compileRules({ rules, defaults: [buildDefault('a.com')] }, { previous }).table
    for (const table of [reordered, equalButNew, otherDefault]) {
      expect(table.match('a.com', '/x')).toEqual(before)
      expect(table.match('a.com', '/x')).not.toBe(before)
    }
  })

  it('forgets hosts that are gone, wildcards among them', () => {
    const { table } = compileRules({ rules: rules.slice(0, 2), defaults }, { previous })
    expect(table.match('h.b.com', '/')).toEqual({ kind: 'none', reason: 'no-host' })
    expect([...table.hosts()]).toEqual(['a.com'])
  })

  it('finds a wildcard again that changed', () => {
    const { table } = compileRules({ rules: [buildRule('*.b.com/new')], defaults: [] }, { previous })
    expect(table.match('h.b.com', '/new')).toMatchObject({ rule: { value: 'Prefix *.b.com/new' } })
    expect(table.match('h.b.com', '/')).toEqual({ kind: 'none', reason: 'no-path' })
  })

  it('keeps reporting the conflicts and rejected rules of hosts that did not change', () => {
    const clash = [buildRule('c.com/x'), buildRule('c.com/x/'), buildRule('c.com/%00')]
    const first = compileRules({ rules: clash, defaults: [] })
    const second = compileRules({ rules: [...clash, buildRule('d.com/')], defaults: [] }, { previous: first.table })
    expect(first.conflicts).toHaveLength(1)
    expect(second.conflicts).toEqual(first.conflicts)
    expect(second.rejected).toEqual(first.rejected)
    expect(second.rejected).toHaveLength(1)
  })

  it('leaves the previous table as it was', () => {
    compileRules({ rules: [], defaults: [] }, { previous })
    expect(previous.match('a.com', '/x')).toMatchObject({ kind: 'rule' })
    expect(previous.size).toBe(4)
  })
})
