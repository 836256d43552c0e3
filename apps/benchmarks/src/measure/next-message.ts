import type { PinnedProcess } from './pinned-process.ts'

/** The next message of a program of ours. Rejects with what it said when it ends, or has ended, without one. */
export async function nextMessage({ child, ended, said }: PinnedProcess, name: string): Promise<unknown> {
  const told = new Promise<unknown>(resolve => {
    child.once('message', resolve)
  })
  const tooEarly = ended.then(() => {
    throw new Error(`${name} ended too early: ${said().slice(-500)}`)
  })
  return Promise.race([told, tooEarly])
}
