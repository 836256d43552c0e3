/** Notices that something expected does not happen. */

export interface SilenceTimer {
  /** Starts, or starts again from zero. */
  touch(): void
  /** Not waiting for anything now. */
  pause(): void
}

/** Calls `onSilence` when `touch` was called and then neither `touch` nor `pause` for `timeoutMs`. Idle, it costs no timer. */
export function silenceTimer(timeoutMs: number, onSilence: () => void): SilenceTimer {
  let timer: NodeJS.Timeout | undefined
  return {
    touch: () => {
      if (timer === undefined) timer = setTimeout(onSilence, timeoutMs)
      else timer.refresh()
    },
    pause: () => {
      clearTimeout(timer)
      timer = undefined
    },
  }
}
