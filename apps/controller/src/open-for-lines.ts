import { constants, fstatSync, openSync, readFileSync } from 'node:fs'

/**
 * What makes a write wait. `nothing`: with a full pipe it fails with EAGAIN at once. `disk`: files. `reader`: it must be left to
 * Node's pool, of which it holds a thread until somebody reads.
 */
export type WaitsFor = 'nothing' | 'disk' | 'reader'

/**
 * A descriptor for what `fd` leads to that does not wait for a reader, if there is a way to get one: writes that wait
 * hold threads of the pool that all of the process shares, DNS and files included, and keep the process from ending.
 *
 * Pipes and terminals are opened once more, so that other users of `fd` notice nothing. Sockets cannot be; but Node makes standard
 * output non-blocking when `process.stdout` is first used. Returns `fd` itself where nothing can be done.
 *
 * @throws when `fd` is not open.
 */
export function openForLines(fd: number): { readonly fd: number; readonly waitsFor: WaitsFor } {
  const stats = fstatSync(fd)
  if (stats.isFile()) return { fd, waitsFor: 'disk' }
  try {
    if (isNonBlocking(fd) || stats.isSocket()) return { fd, waitsFor: isNonBlocking(fd) ? 'nothing' : 'reader' }
    const flags = constants.O_WRONLY | constants.O_NONBLOCK | constants.O_NOCTTY
    return { fd: openSync(`/proc/self/fd/${fd}`, flags), waitsFor: 'nothing' }
  } catch {
    return { fd, waitsFor: 'reader' }
  }
}

/** proc_pid_fdinfo(5): the flags are octal. */
function isNonBlocking(fd: number): boolean {
  const flags = /^flags:\s*([0-7]+)$/m.exec(readFileSync(`/proc/self/fdinfo/${fd}`, 'utf8'))?.[1]
  return flags !== undefined && (Number.parseInt(flags, 8) & constants.O_NONBLOCK) !== 0
}
