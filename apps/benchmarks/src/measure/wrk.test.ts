import { describe, expect, it } from 'vitest'
import { parseWrk } from './wrk.ts'

describe('parseWrk', () => {
  it('reads requests and time', () => {
    expect(parseWrk('  120432 requests in 3.10s, 17.46MB read\nRequests/sec:  38849.03\n')).toEqual({
      requests: 120_432,
      seconds: 3.1,
      errors: 0,
    })
  })

  it('adds up every kind of error', () => {
    const text =
      '  10 requests in 1.00m, 1MB read\n  Socket errors: connect 1, read 2, write 3, timeout 4\n  Non-2xx or 3xx responses: 5\n'
    expect(parseWrk(text)).toEqual({ requests: 10, seconds: 60, errors: 15 })
  })

  it('throws on what is no report', () => {
    expect(() => parseWrk('unable to connect')).toThrow(/something else than a report/)
  })
})
