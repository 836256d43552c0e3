/** CPU time and memory of a process and its descendants, as Linux tells them (proc(5)). */

import { readFileSync } from 'node:fs'

export interface CpuTime {
  readonly userUs: number
  readonly kernelUs: number
}

/** Time so far of the process with all its threads, and of its living descendants; to 10 ms. */
export function cpuTimeOf(pid: number): CpuTime {
  const times = withDescendants(pid).map(each => parseStat(read(`/proc/${each}/stat`)))
  return {
    userUs: times.reduce((sum, { userUs }) => sum + userUs, 0),
    kernelUs: times.reduce((sum, { kernelUs }) => sum + kernelUs, 0),
  }
}

/** Proportional set size of the process and its descendants, in bytes: pages that several of them map are counted once. */
export function memoryOf(pid: number): number {
  return withDescendants(pid).reduce((sum, each) => sum + pssOf(each), 0)
}

/** utime and stime of a line of /proc/PID/stat, in ticks of 10 ms; nothing for an empty line. */
export function parseStat(line: string): CpuTime {
  // The second field is the command in parentheses, which may hold spaces and parentheses itself.
  const fields = line.slice(line.lastIndexOf(')') + 2).split(' ')
  return { userUs: Number(fields[11] ?? 0) * 10_000, kernelUs: Number(fields[12] ?? 0) * 10_000 }
}

/** Time so far in which this core was not idle, whoever used it, in microseconds; to 10 ms. */
export function busyTimeOf(core: number): number {
  return parseBusy(read('/proc/stat'), core)
}

/** Of the text of /proc/stat: all but idle and iowait, guests being counted among user and nice. */
export function parseBusy(text: string, core: number): number {
  const line = text.split('\n').find(each => each.startsWith(`cpu${core} `)) ?? ''
  const [, user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0, steal = 0] = line.split(' ').map(Number)
  return (user + nice + system + irq + softirq + steal) * 10_000
}

function withDescendants(pid: number): number[] {
  const children = read(`/proc/${pid}/task/${pid}/children`)
    .split(' ')
    .filter(text => text.trim() !== '')
    .map(Number)
  return [pid, ...children.flatMap(withDescendants)]
}

function pssOf(pid: number): number {
  return 1024 * Number(/^Pss:\s+(\d+) kB/m.exec(read(`/proc/${pid}/smaps_rollup`))?.[1] ?? 0)
}

/** Empty for a process that has just ended. */
function read(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
