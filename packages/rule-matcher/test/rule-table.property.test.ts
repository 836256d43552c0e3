import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { changeHosts, chooseAlternative, compileRules, explainMatch } from '../src/index.ts'
import type { CompiledRules, DefaultRule, MatchResult, Rule } from '../src/index.ts'
import { requestTargets, ruleSets } from './arbitrary-rules.ts'
import { naiveMatch } from './naive-matcher.ts'

function valueOf(match: MatchResult<string>): string {
  const result = chooseAlternative(match, () => false)
  return result.kind === 'none' ? `none: ${result.reason}` : result.rule.value
}

describe('a compiled rule table', () => {
  it('answers what the rules of Kubernetes, applied one by one, answer', () => {
    fc.assert(
      fc.property(ruleSets, fc.array(requestTargets, { minLength: 1, maxLength: 10 }), (set, requests) => {
        const { table } = compileRules(set)
        for (const request of requests) {
          const expected = naiveMatch(set.rules, set.defaults, request)
          expect(valueOf(table.match(request.host, request.matchPath))).toBe(expected)
        }
      }),
      { numRuns: 1500 },
    )
  })

  it('does not depend on the order in which rules are given', () => {
    fc.assert(
      fc.property(
        ruleSets.chain(set =>
          fc.tuple(
            fc.constant(set),
            fc.shuffledSubarray([...set.rules], { minLength: set.rules.length }),
            fc.shuffledSubarray([...set.defaults], { minLength: set.defaults.length }),
          ),
        ),
        requestTargets,
        ([set, rules, defaults], { host, matchPath }) => {
          const given = compileRules(set)
          const shuffled = compileRules({ rules, defaults })
          expect(valueOf(shuffled.table.match(host, matchPath))).toBe(valueOf(given.table.match(host, matchPath)))
          expect(new Set(shuffled.conflicts.map(({ loser, winner }) => `${loser.value} < ${winner.value}`))).toEqual(
            new Set(given.conflicts.map(({ loser, winner }) => `${loser.value} < ${winner.value}`)),
          )
        },
      ),
      { numRuns: 500 },
    )
  })

  it('is after a change of some hosts what compiling everything anew gives', () => {
    const ofHosts = (set: {
      readonly rules: readonly Rule<string>[]
      readonly defaults: readonly DefaultRule<string>[]
    }) =>
      [...new Set([...set.rules, ...set.defaults].map(({ host }) => host))].map(host => ({
        host,
        rules: set.rules.filter(rule => rule.host === host),
        defaults: set.defaults.filter(rule => rule.host === host),
      }))
    const said = ({ table, conflicts, rejected }: CompiledRules<string>): unknown => ({
      size: table.size,
      serving: [...table.rules(), ...table.defaults()].map(({ value }) => value).sort(),
      hosts: [...table.hosts()].map(String).sort(),
      conflicts: conflicts.map(({ loser, winner }) => `${loser.value} < ${winner.value}`).sort(),
      rejected: rejected.map(({ rule }) => rule.value).sort(),
    })
    fc.assert(
      fc.property(ruleSets, ruleSets, fc.array(requestTargets, { maxLength: 5 }), (before, after, requests) => {
        const first = compileRules(before)
        const emptied = ofHosts(before).map(({ host }) => ({ host, rules: [], defaults: [] }))
        const [half, rest] = [ofHosts(after).slice(0, 2), ofHosts(after).slice(2)]
        const changed = changeHosts(changeHosts(first.table, [...emptied, ...half]).table, rest)
        const fresh = compileRules(after)
        expect(said(changed)).toEqual(said(fresh))
        for (const { host, matchPath } of requests)
          expect(valueOf(changed.table.match(host, matchPath))).toBe(valueOf(fresh.table.match(host, matchPath)))
        expect(said({ ...first, table: first.table })).toEqual(said(compileRules(before)))
      }),
      { numRuns: 500 },
    )
  })

  it('lets every rule either serve or be reported, once', () => {
    fc.assert(
      fc.property(ruleSets, set => {
        const { table, conflicts, rejected } = compileRules(set)
        const accounted = [
          ...table.rules(),
          ...table.defaults(),
          ...conflicts.map(conflict => conflict.loser),
          ...rejected.map(({ rule }) => rule),
        ]
        expect(accounted.map(rule => rule.value).sort()).toEqual(
          [...set.rules, ...set.defaults].map(rule => rule.value).sort(),
        )
        expect(table.size).toBe([...table.rules()].length)
      }),
    )
  })

  it('answers the same with and without a previous table, whatever that was', () => {
    fc.assert(
      fc.property(
        ruleSets.chain(set => fc.tuple(fc.constant(set), fc.subarray([...set.rules]), fc.subarray([...set.defaults]))),
        requestTargets,
        ([set, rules, defaults], { host, matchPath }) => {
          const previous = compileRules({ rules, defaults }).table
          const fresh = compileRules(set)
          const carried = compileRules(set, { previous })
          expect(valueOf(carried.table.match(host, matchPath))).toBe(valueOf(fresh.table.match(host, matchPath)))
          expect(carried.conflicts).toEqual(fresh.conflicts)
        },
      ),
      { numRuns: 500 },
    )
  })

  it('is explained by exactly one winner, which is what match answers', () => {
    fc.assert(
      fc.property(ruleSets, requestTargets, (set, { host, matchPath }) => {
        const { table } = compileRules(set)
        const { result, candidates, omitted } = explainMatch(table, host, matchPath)
        expect(result).toBe(table.match(host, matchPath))
        const won = candidates.filter(({ verdict }) => verdict.kind === 'won')
        expect(won.map(({ rule }) => rule.value)).toEqual(result.kind === 'none' ? [] : [result.rule.value])
        expect(candidates.length + omitted).toBe(set.rules.length + set.defaults.length)
      }),
      { numRuns: 500 },
    )
  })

  it('is explained truthfully: taking the winner away lets one win that was said to be beaten by it', () => {
    const beaten = new Set(['conflict-lost', 'exact-beats-prefix', 'shorter-prefix', 'default-not-needed'])
    fc.assert(
      fc.property(ruleSets, requestTargets, (set, { host, matchPath }) => {
        const { table } = compileRules(set)
        const { result, candidates } = explainMatch(table, host, matchPath)
        fc.pre(result.kind === 'rule')
        const others = set.rules.filter(rule => rule !== result.rule)
        const { table: without } = compileRules({ rules: others, defaults: set.defaults })
        const next = chooseAlternative(without.match(host, matchPath), () => false)
        const runnersUp = candidates.filter(({ verdict }) => beaten.has(verdict.kind)).map(({ rule }) => rule.value)
        const isHostStillNamed = [...others, ...set.defaults].some(rule => rule.host === result.rule.host)
        const runnerUp = isHostStillNamed && next.kind !== 'none' ? next.rule.value : undefined
        expect(runnerUp === undefined ? runnersUp.length === 0 : runnersUp.includes(runnerUp)).toBe(true)
      }),
      { numRuns: 500 },
    )
  })
})
