import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type DrainSequence, drainSequence } from './drain-sequence.ts'

describe('drainSequence', () => {
  beforeEach(() => {
    vi.useFakeTimers()
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  function sequence(): { readonly drain: DrainSequence; readonly isAccepting: () => boolean } {
    let isAccepting = true
    const drain = drainSequence({
      connections: { closeIdle: () => {}, cutAll: () => 0, whenEmpty: () => {} },
      stopAccepting: async () => {
        isAccepting = false
      },
      dispose: () => {},
    })
    return { drain, isAccepting: () => isAccepting }
  }

  it('sends clients elsewhere during the delay, lets those who come back settle just before the listeners close, and then again', async () => {
    const { drain, isAccepting } = sequence()
    expect(drain.closesConnections()).toBe(false)
    void drain.begin({ delayMs: 5000, timeoutMs: 30_000 })
    expect(drain.closesConnections()).toBe(true)
    await vi.advanceTimersByTimeAsync(4700)
    expect(drain.closesConnections()).toBe(true)
    await vi.advanceTimersByTimeAsync(100)
    expect([drain.closesConnections(), isAccepting()]).toEqual([false, true])
    await vi.advanceTimersByTimeAsync(200)
    expect([drain.closesConnections(), isAccepting()]).toEqual([true, false])
  })

  it('lets clients settle for half of a short delay', async () => {
    const { drain } = sequence()
    void drain.begin({ delayMs: 200, timeoutMs: 30_000 })
    await vi.advanceTimersByTimeAsync(90)
    expect(drain.closesConnections()).toBe(true)
    await vi.advanceTimersByTimeAsync(20)
    expect(drain.closesConnections()).toBe(false)
  })

  it('keeps connections while other listeners on the same ports still accept', async () => {
    const { drain, isAccepting } = sequence()
    const others = Promise.withResolvers<void>()
    void drain.begin({ delayMs: 0, timeoutMs: 30_000, stopped: () => others.promise })
    await vi.advanceTimersByTimeAsync(1000)
    expect([drain.closesConnections(), isAccepting()]).toEqual([false, false])
    others.resolve()
    await vi.advanceTimersByTimeAsync(0)
    expect(drain.closesConnections()).toBe(true)
  })

  it('closes connections at once without a delay', () => {
    const { drain, isAccepting } = sequence()
    void drain.begin({ delayMs: 0, timeoutMs: 30_000 })
    expect([drain.closesConnections(), isAccepting()]).toEqual([true, false])
  })
})
