/** CPU time of something short, by doing it very often. */

/** How thorough a measurement is. */
export interface Thoroughness {
  readonly batches: number
  /** CPU time of one batch, at least. */
  readonly batchMs: number
  /** CPU time spent before the first batch that counts. */
  readonly warmUpMs: number
}

/**
 * Nanoseconds of CPU time, batch by batch, of one call; `run` makes so many. It is that of the whole process, so collecting
 * garbage counts; nothing else may be busy in it.
 */
export function measureCost(
  run: (calls: number) => void,
  { batches, batchMs, warmUpMs }: Thoroughness,
): readonly number[] {
  let calls = 1
  let spentMs = 0
  for (;;) {
    const tookMs = cpuMsOf(run, calls)
    spentMs += tookMs
    if (tookMs < batchMs) calls *= 2
    else if (spentMs >= warmUpMs) break
  }
  return Array.from({ length: batches }, () => (cpuMsOf(run, calls) * 1e6) / calls)
}

function cpuMsOf(run: (calls: number) => void, calls: number): number {
  const before = process.cpuUsage()
  run(calls)
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000
}
