/** What is decided about a request by conditions and chance. */

import { describe, expect, it } from 'vitest'
import { decide } from '../src/snapshot/decide.ts'
import type { Snapshot } from '../src/snapshot/snapshot.ts'
import { answerHeaders, at, goal, headOf, never, nginx, own, served, site } from './support/decisions.ts'
import { snapshotSequence } from './support/snapshot-of.ts'

describe('canaries of a path', () => {
  const canary = (name: string, rules: Readonly<Record<string, string>>) =>
    site(name, name, { [nginx('canary')]: 'true', ...rules })
  const snapshot = snapshotSequence().of([
    ...['main', 'one', 'two', 'beta'].flatMap((name, index) => served(name, 8000 + index)),
    site('main', 'main'),
    canary('beta', { [nginx('canary-by-header')]: 'X-Beta', [nginx('canary-by-cookie')]: 'beta' }),
    canary('one', { [nginx('canary-weight')]: '10' }),
    canary('two', { [nginx('canary-weight')]: '30' }),
  ])

  it('divide one draw between any number of weighted ones, and the plain Ingress gets the rest', () => {
    const shares = new Map<string | number, number>()
    for (let draw = 0; draw < 100; draw += 1) {
      const name = goal(decide(snapshot, headOf(), at((draw + 0.5) / 100)))
      shares.set(name, (shares.get(name) ?? 0) + 1)
    }
    expect(Object.fromEntries(shares)).toEqual({ one: 10, two: 30, main: 60 })
  })

  it('take whoever asks for them by header or cookie, and leave out whoever refuses', () => {
    expect(goal(decide(snapshot, headOf({ 'X-Beta': 'always' }), never))).toBe('beta')
    expect(goal(decide(snapshot, headOf({ Cookie: 'beta=always' }), never))).toBe('beta')
    expect(goal(decide(snapshot, headOf({ 'X-Beta': 'never', Cookie: 'beta=always' }), never))).toBe('main')
  })

  it('make every answer of the path vary by what they look at', () => {
    expect(answerHeaders(decide(snapshot, headOf(), never))).toEqual([['Vary', 'Cookie, X-Beta']])
    expect(answerHeaders(decide(snapshot, headOf(), at(0)))).toEqual([['Vary', 'Cookie, X-Beta']])
  })
})

describe('conditions on content', () => {
  const snapshot = snapshotSequence().of([
    ...['plain', 'zh', 'en', 'mobile-zh'].flatMap((name, index) => served(name, 8000 + index)),
    site('plain', 'plain'),
    site('zh', 'zh', { [own('match-language')]: 'zh, zh-*' }),
    site('en', 'en', { [own('match-language')]: 'en' }),
    site('mobile-zh', 'mobile-zh', { [own('match-language')]: 'zh', [own('match-headers')]: 'X-App=1' }),
  ])
  const goalOf = (headers: Readonly<Record<string, string>>): string | number =>
    goal(decide(snapshot, headOf(headers), never))

  it('choose by the language that the client prefers among those of the site', () => {
    expect(goalOf({ 'Accept-Language': 'zh-CN,zh;q=0.9,en;q=0.8' })).toBe('zh')
    expect(goalOf({ 'Accept-Language': 'zh-CN;q=0.5,en-GB' })).toBe('en')
    expect(goalOf({ 'Accept-Language': 'fr' })).toBe('plain')
    expect(goalOf({})).toBe('plain')
  })

  it('that ask for more come before those that ask for less', () => {
    expect(goalOf({ 'Accept-Language': 'zh', 'X-App': '1' })).toBe('mobile-zh')
  })

  it('make every answer vary, those of the plain Ingress and our own included', () => {
    const vary = [['Vary', 'Accept-Language, X-App']]
    expect(answerHeaders(decide(snapshot, headOf(), never))).toEqual(vary)
    const down = snapshotSequence().of([
      site('plain', 'missing'),
      ...served('zh', 1),
      site('zh', 'zh', { [own('match-language')]: 'zh' }),
    ])
    const refused = decide(down, headOf(), never)
    expect([goal(refused), answerHeaders(refused)]).toEqual([503, [['Vary', 'Accept-Language']]])
  })
})

describe('service-weights', () => {
  const split = (snapshot: Snapshot): Readonly<Record<string, number>> => {
    const shares = new Map<string | number, number>()
    for (let draw = 0; draw < 20; draw += 1) {
      const name = goal(decide(snapshot, headOf(), at((draw + 0.5) / 20)))
      shares.set(name, (shares.get(name) ?? 0) + 1)
    }
    return Object.fromEntries(shares)
  }
  const weights = { [own('service-weights')]: 'v1=75, v2=25' }

  it('split the requests of a path between Services', () => {
    const snapshot = snapshotSequence().of([...served('v1', 1), ...served('v2', 2), site('web', 'v1', weights)])
    expect(split(snapshot)).toEqual({ v1: 15, v2: 5 })
  })

  it('leave out a Service that is missing or has no endpoints', () => {
    const empty = snapshotSequence().of([...served('v1'), ...served('v2', 2), site('web', 'v1', weights)])
    expect(split(empty)).toEqual({ v2: 20 })
    const missing = snapshotSequence().of([...served('v1', 1), site('web', 'v1', weights)])
    expect(split(missing)).toEqual({ v1: 20 })
    const none = snapshotSequence().of([...served('v1'), ...served('v2'), site('web', 'v1', weights)])
    // The Service of the rule is asked then: its balancer says that there is nobody.
    expect(split(none)).toEqual({ v1: 20 })
  })
})
