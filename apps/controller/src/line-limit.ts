/** Whether a line may be written now. */
export type LineLimit = () => 'write' | 'leave-out'

/** Lines a second at most: whoever sends bad requests must not fill the disk. */
export const maxLinesPerSecond = 100

/**
 * Leaves out what comes faster than 100 lines a second; `tellLeftOut` is told how many those were, with the first line of a later
 * second. `now` is in milliseconds and never goes back.
 */
export function lineLimit(now: () => number, tellLeftOut: (count: number) => void): LineLimit {
  let second = Number.NEGATIVE_INFINITY
  let lines = 0
  return () => {
    const current = Math.floor(now() / 1000)
    if (current !== second) {
      if (lines > maxLinesPerSecond) tellLeftOut(lines - maxLinesPerSecond)
      second = current
      lines = 0
    }
    lines += 1
    return lines > maxLinesPerSecond ? 'leave-out' : 'write'
  }
}
