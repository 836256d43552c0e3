/** CPU time of the threads of a process, by what they do (proc(5)). */

import { readdirSync, readFileSync } from 'node:fs'
import { parseStat } from '../measure/proc.ts'

/** Seconds of CPU time so far. */
export interface ThreadTimes {
  /** The thread that runs the program: the control plane, and with one worker the traffic too. */
  readonly main: number
  /** Threads that carry traffic: none with one worker. */
  readonly traffic: number
  /** Collecting garbage, compiling, name look-ups: whatever runs beside. */
  readonly others: number
}

/** Times so far, to 10 ms. Threads that have ended count among the others. */
export function threadTimes(pid: number): ThreadTimes {
  const whole = secondsOf(read(`/proc/${pid}/stat`))
  let [main, traffic] = [0, 0]
  for (const thread of threadsOf(pid)) {
    const line = read(`/proc/${pid}/task/${thread}/stat`)
    if (thread === String(pid)) main = secondsOf(line)
    else if (/\((?:traffic|WorkerThread)/.test(line)) traffic += secondsOf(line)
  }
  return { main, traffic, others: Math.max(0, whole - main - traffic) }
}

/** What was spent between two readings. */
export function spentBetween(before: ThreadTimes, after: ThreadTimes): ThreadTimes {
  return {
    main: after.main - before.main,
    traffic: after.traffic - before.traffic,
    // A difference of sums that were read one after the other may be a little less than nothing.
    others: Math.max(0, after.others - before.others),
  }
}

/** Resident memory in bytes: now, and the most that it ever was. */
export function residentMemory(pid: number): { readonly now: number; readonly peak: number } {
  const text = read(`/proc/${pid}/status`)
  const bytes = (name: string): number => 1024 * Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(text)?.[1] ?? 0)
  return { now: bytes('VmRSS'), peak: bytes('VmHWM') }
}

function secondsOf(statLine: string): number {
  const { userUs, kernelUs } = parseStat(statLine)
  return (userUs + kernelUs) / 1e6
}

function threadsOf(pid: number): readonly string[] {
  try {
    return readdirSync(`/proc/${pid}/task`)
  } catch {
    return []
  }
}

/** Empty for what has just ended. */
function read(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
