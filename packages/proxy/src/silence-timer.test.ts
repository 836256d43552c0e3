import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { silenceTimer } from './silence-timer.ts'

describe('silenceTimer', () => {
  beforeEach(() => {
    vi.useFakeTimers()
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  it('waits from the last touch, not at all while paused, and not before the first touch', () => {
    let silences = 0
    const timer = silenceTimer(100, () => {
      silences += 1
    })
    vi.advanceTimersByTime(1000)
    timer.touch()
    vi.advanceTimersByTime(99)
    timer.touch()
    vi.advanceTimersByTime(99)
    timer.pause()
    vi.advanceTimersByTime(1000)
    expect(silences).toBe(0)
    timer.touch()
    vi.advanceTimersByTime(100)
    expect(silences).toBe(1)
  })

  it.each([2 ** 31, Number.MAX_SAFE_INTEGER, Infinity])('does not fire at once for %d ms', timeoutMs => {
    let silences = 0
    silenceTimer(timeoutMs, () => {
      silences += 1
    }).touch()
    vi.advanceTimersByTime(1_000_000)
    expect(silences).toBe(0)
  })
})
