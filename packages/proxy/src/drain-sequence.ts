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
  /** As in `DataPlane.drain`; the first one given counts. */
  readonly stopped?: () => Promise<void>
}

export interface DrainSequence {
  hasBegun(): boolean
  /**
   * Whether answers are to say `Connection: close`: while the listeners still accept, so that clients go elsewhere, and after they
   * closed. Not in the moment before they close: whoever comes back then keeps its connection, because one that
   * the system completed and nobody accepted yet would be reset with the listener.
   */
  closesConnections(): boolean
  begin(request: DrainRequest): Promise<{ readonly cut: number }>
}

/** Clients settle on connections for this long before the listeners close, or for half of a shorter delay. */
const settleMs = 250

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
  let sendsAway = false
  let stopped: DrainRequest['stopped']
  let cut = 0

  const stop = async (): Promise<void> => {
    if (hasStopped) return
    hasStopped = true
    // Clients that come back are refused from here on, unless others accept on the same ports.
    sendsAway = stopped === undefined
    await options.stopAccepting()
    await stopped?.()
    sendsAway = true
    connections.closeIdle()
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
    closesConnections: () => {
      if (begunAt === undefined || hasStopped) return sendsAway
      return performance.now() < stopAt - Math.min(settleMs, (stopAt - begunAt) / 2)
    },
    begin: ({ delayMs, timeoutMs, ...request }) => {
      const now = performance.now()
      stopped ??= request.stopped
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
