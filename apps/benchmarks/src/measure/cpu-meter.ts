import { contestantCore, type PinnedProcess } from './pinned-process.ts'
import { busyTimeOf } from './proc.ts'

export interface CpuFigures {
  /** User and kernel time a request, in microseconds. */
  readonly cpuUs: number
  readonly userUs: number
  readonly kernelUs: number
  /** The share of the time that passed in which the process ran: near 1, its core was what limited the throughput. */
  readonly busy: number
  /** The share in which something else ran on that core. Much of it, and the round says little. */
  readonly others: number
}

/** Starts to count the CPU time of a process; what is returned tells it for a number of requests, so far. */
export function cpuMeter(process: PinnedProcess): (requests: number) => CpuFigures {
  const before = process.cpuTime()
  const coreBefore = busyTimeOf(contestantCore)
  const startedAt = performance.now()
  return requests => {
    const after = process.cpuTime()
    const passedUs = (performance.now() - startedAt) * 1000
    const userUs = after.userUs - before.userUs
    const kernelUs = after.kernelUs - before.kernelUs
    const othersUs = busyTimeOf(contestantCore) - coreBefore - userUs - kernelUs
    return {
      cpuUs: (userUs + kernelUs) / requests,
      userUs: userUs / requests,
      kernelUs: kernelUs / requests,
      busy: (userUs + kernelUs) / passedUs,
      others: Math.max(0, othersUs / passedUs),
    }
  }
}
