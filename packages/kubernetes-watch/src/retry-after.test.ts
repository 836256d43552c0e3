import { describe, expect, it } from 'vitest'
import { retryAfterMs } from './retry-after.ts'

const now = Date.parse('2026-11-25T10:00:00Z')

describe('retryAfterMs', () => {
  it.each([
    ['seconds', { 'retry-after': '7' }, 7000],
    ['none', {}, undefined],
    ['no time at all', { 'retry-after': '0' }, 0],
    ['a date, by our own clock', { 'retry-after': 'Wed, 25 Nov 2026 10:00:30 GMT' }, 30_000],
    [
      'a date, by the clock of the server',
      { 'retry-after': 'Wed, 25 Nov 2026 12:00:30 GMT', date: 'Wed, 25 Nov 2026 12:00:00 GMT' },
      30_000,
    ],
    ['a date that is past', { 'retry-after': 'Wed, 25 Nov 2026 09:00:00 GMT' }, 0],
    ['hours', { 'retry-after': '86400' }, 300_000],
    ['a date far away', { 'retry-after': 'Fri, 25 Nov 2050 10:00:00 GMT' }, 300_000],
    ['nonsense', { 'retry-after': 'soon' }, undefined],
    ['less than nothing', { 'retry-after': '-5' }, undefined],
  ] as const)('reads %s', (_, headers, expected) => {
    expect(retryAfterMs(headers, now)).toBe(expected)
  })
})
