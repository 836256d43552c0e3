/** The functions of the controller's main thread that take the most time: until it is ready, and while events arrive. */

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type CpuProfile, functionTimes, type FunctionTime } from './cpu-profile.ts'

/** A part of the run on the clock that all processes share, in milliseconds. */
export interface ProfiledPart {
  readonly name: string
  readonly fromMs: number
  readonly toMs: number
}

const rows = 40

/**
 * Busy is every moment in which the thread did not wait: where the machine had no time for it, that counts too.
 * Text of the profile in this folder, part by part. Throws when there is none: the controller writes it when it has drained.
 */
export function profileReport(folder: string, parts: readonly ProfiledPart[]): string {
  const profile = mainThreadProfile(folder)
  return parts
    .map(({ name, fromMs, toMs }) => {
      const times = functionTimes(profile, { fromUs: fromMs * 1000, toUs: toMs * 1000 })
      const busyMs = times.reduce((sum, { selfMs }) => sum + selfMs, 0)
      const by = (figure: 'selfMs' | 'totalMs'): readonly string[] => top(times, busyMs, figure)
      const title = `${name}: ${busyMs.toFixed(0)} ms busy in ${(toMs - fromMs).toFixed(0)} ms`
      return [
        `== ${title}`,
        '-- by self time: % of the busy time, self ms, total ms',
        ...by('selfMs'),
        '-- by total time: % of the busy time, self ms, total ms',
        ...by('totalMs'),
      ].join('\n')
    })
    .join('\n\n')
}

function top(times: readonly FunctionTime[], busyMs: number, figure: 'selfMs' | 'totalMs'): readonly string[] {
  return times
    .toSorted((one, other) => other[figure] - one[figure])
    .slice(0, rows)
    .map(({ name, selfMs, totalMs }) => {
      const share = ((figure === 'selfMs' ? selfMs : totalMs) / busyMs) * 100
      return `${share.toFixed(1).padStart(5)} % ${selfMs.toFixed(0).padStart(7)} ${totalMs.toFixed(0).padStart(7)}  ${name}`
    })
}

/** Names are `CPU.DATE.TIME.PID.THREAD.SERIAL.cpuprofile`; the main thread is 0. */
function mainThreadProfile(folder: string): CpuProfile {
  const file = readdirSync(folder).find(name => /^CPU\..*\.0\.\d+\.cpuprofile$/.test(name))
  if (file === undefined) throw new Error(`there is no CPU profile in ${folder}; did the controller end by itself?`)
  return JSON.parse(readFileSync(join(folder, file), 'utf8')) as CpuProfile
}
