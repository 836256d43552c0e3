import { expect, it } from 'vitest'
import type { FaultFigures } from './run-scenario.ts'
import type { Scenario } from './scenario.ts'
import type { Loss } from './steady-load.ts'
import { violations } from './violations.ts'

const scenario: Scenario = {
  name: 'any',
  title: 'Any',
  maxApiRequests: { short: 10, full: 20 },
  run: async () => ({}),
}
const good: FaultFigures = {
  name: 'any',
  title: 'Any',
  requests: 100,
  lost: 0,
  lostOnKilled: 0,
  losses: [],
  convergedMs: 1,
  apiRequests: 10,
  longestGapMs: 1,
  unreadyAnswers: 0,
  strangers: [],
  note: undefined,
}
const lostPost: Loss = { method: 'POST', what: 'status 502', connection: 'kept', atMs: 1, replica: 'a' }

it('finds nothing wrong where nothing is, whatever time it took and whatever broke with a killed replica', () => {
  expect(violations(scenario, 'short', { ...good, convergedMs: 1e6, longestGapMs: 1e6, lostOnKilled: 9 })).toEqual([])
})

it.each([
  ['a lost request', { lost: 1, losses: [lostPost] }, /^1 requests were lost: .*status 502/],
  ['too many API requests', { apiRequests: 11 }, /^11 API requests were made; at most 10/],
  ['a controller that was not ready', { unreadyAnswers: 1 }, /^\/readyz was not 200/],
  ['a write of another replica than the leader', { strangers: ['b wrote while a led'] }, /^b wrote while a led$/],
] as const)('names %s', (_what, wrong, sentence) => {
  expect(violations(scenario, 'short', { ...good, ...wrong })).toEqual([expect.stringMatching(sentence)])
})

it('excuses POST that is answered 502 where backends die, and no other loss', () => {
  const dying: Scenario = { ...scenario, mayLose: 'posts' }
  const found = (loss: Loss): number => violations(dying, 'short', { ...good, lost: 1, losses: [loss] }).length
  expect(found(lostPost)).toBe(0)
  expect(found({ ...lostPost, method: 'GET' })).toBe(1)
  expect(found({ ...lostPost, what: 'socket hang up (ECONNRESET)' })).toBe(1)
})
