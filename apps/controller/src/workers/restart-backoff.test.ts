import { expect, it } from 'vitest'
import { RestartBackoff } from './restart-backoff.ts'

it('starts a worker again at once, then later each time, and never waits longer than half a minute', () => {
  const backoff = new RestartBackoff()
  expect(Array.from({ length: 6 }, () => backoff.ended(59_999))).toEqual([0, 100, 200, 400, 800, 1600])
  const later = Array.from({ length: 2000 }, () => backoff.ended(0))
  expect(later.at(-1)).toBe(30_000)
  expect(Math.max(...later)).toBe(30_000)
})

it('starts a worker at once again that lived for a minute', () => {
  const backoff = new RestartBackoff()
  for (let end = 0; end < 5; end += 1) backoff.ended(10)
  expect([backoff.ended(60_000), backoff.ended(10)]).toEqual([0, 100])
})
