/** Notices that something expected does not happen. */

export interface SilenceTimer {
  /** Starts, or starts again from zero. */
  touch(): void
  /** Not waiting for anything now. */
  pause(): void
}

/** The longest time a Node.js timer can wait, some 24 days; with more it fires at once. */
export const longestTimeoutMs: number = 2 ** 31 - 1

/** Calls `onSilence` when `touch` was called and then neither `touch` nor `pause` for `timeoutMs`. Idle, it costs no timer. */
export function silenceTimer(timeoutMs: number, onSilence: () => void): SilenceTimer {
  let timer: NodeJS.Timeout | undefined
  return {
    touch: () => {
      if (timer === undefined) timer = setTimeout(onSilence, Math.min(timeoutMs, longestTimeoutMs))
      else timer.refresh()
    },
    pause: () => {
      clearTimeout(timer)
      timer = undefined
    },
  }
}
