/** The order of a shutdown that resets nobody: announce, stop accepting, let finish, close idle, cut what is left. */

import type { ClientConnections } from './client-connections.ts'
import { longestTimeoutMs } from './silence-timer.ts'

export interface DrainOptions {
  readonly connections: Pick<ClientConnections, 'closeIdle' | 'cutAll' | 'whenEmpty'>
  readonly stopAccepting: () => Promise<void>
  readonly dispose: () => void
}

export interface DrainRequest {
  readonly delayMs: number
  readonly timeoutMs: number
}

export interface DrainSequence {
  /** Whether answers are to say `Connection: close`. */
  hasBegun(): boolean
  begin(request: DrainRequest): Promise<{ readonly cut: number }>
}

/** Makes the sequence of one data plane. */
export function drainSequence(options: DrainOptions): DrainSequence {
  const { connections } = options
  const { promise, resolve } = Promise.withResolvers<{ readonly cut: number }>()
  let begunAt: number | undefined
  let stopTimer: NodeJS.Timeout | undefined
  let cutTimer: NodeJS.Timeout | undefined
  let stopAt = Infinity
  let cutAt = Infinity
  let hasStopped = false
  let cut = 0

  const stop = async (): Promise<void> => {
    if (hasStopped) return
    hasStopped = true
    await options.stopAccepting()
    connections.closeIdle(performance.now() - (begunAt ?? 0))
    connections.whenEmpty(() => {
      clearTimeout(cutTimer)
      options.dispose()
      resolve({ cut })
    })
  }
  const cutNow = (): void => {
    void stop().finally(() => {
      cut += connections.cutAll('drain-timeout')
    })
  }

  return {
    hasBegun: () => begunAt !== undefined,
    begin: ({ delayMs, timeoutMs }) => {
      const now = performance.now()
      begunAt ??= now
      if (now + delayMs < stopAt) {
        stopAt = now + delayMs
        clearTimeout(stopTimer)
        if (delayMs <= 0) void stop()
        else stopTimer = setTimeout(() => void stop(), Math.min(delayMs, longestTimeoutMs))
      }
      if (now + delayMs + timeoutMs < cutAt) {
        cutAt = now + delayMs + timeoutMs
        clearTimeout(cutTimer)
        cutTimer = setTimeout(cutNow, Math.min(delayMs + timeoutMs, longestTimeoutMs))
      }
      return promise
    },
  }
}
