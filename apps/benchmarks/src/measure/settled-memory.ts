import { setTimeout as wait } from 'node:timers/promises'
import type { PinnedProcess } from './pinned-process.ts'

/** Memory in bytes once it has stood still (within 0.5 %) for a second and a half; after ten seconds, as it is. */
export async function settledMemory(process: PinnedProcess): Promise<number> {
  let before = process.memoryBytes()
  for (let [turn, still] = [0, 0]; turn < 20 && still < 3; turn += 1) {
    await wait(500)
    const now = process.memoryBytes()
    still = Math.abs(now - before) <= before * 0.005 ? still + 1 : 0
    before = now
  }
  return before
}
