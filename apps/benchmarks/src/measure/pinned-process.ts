/** A program in a process of its own, held to one core, whose CPU time and memory can be read. */

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { type CpuTime, cpuTimeOf, memoryOf } from './proc.ts'

/** Where contestants run, alone with each other's idle processes. */
export const contestantCore = 0
/** Where everything runs that loads and serves them. */
export const loadCore = 1

export interface PinnedProcess {
  readonly child: ChildProcess
  /** Resolves when it has ended, whatever its status, and everything that it said has been read. */
  readonly ended: Promise<void>
  /** The last of what it said on standard error. */
  said(): string
  cpuTime(): CpuTime
  /** Of the process and its descendants, in bytes. */
  memoryBytes(): number
  /** SIGTERM, and SIGKILL for the whole group after five seconds; resolves when it has ended. */
  stop(): Promise<void>
}

const running = new Set<ChildProcess>()

// Whatever ends this process, nothing that it started stays.
process.on('exit', () => {
  for (const child of running) endGroup(child)
})

/**
 * Starts it with room for many descriptors. A program of ours (run by this Node.js) gets a channel for messages.
 * The kernel sends it SIGTERM when this process is killed.
 */
export function pinned(core: number, command: readonly string[], environment: NodeJS.ProcessEnv = {}): PinnedProcess {
  const prefix = ['bash', '-c', 'ulimit -n "$(ulimit -Hn)"; exec "$@"', 'bash', 'setpriv', '--pdeathsig', 'TERM']
  const [program = '', ...args] = [...prefix, 'taskset', '-c', String(core), ...command]
  const child = spawn(program, args, {
    detached: true,
    stdio: command[0] === process.execPath ? ['ignore', 'pipe', 'pipe', 'ipc'] : ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...environment },
  })
  running.add(child)
  const exited = once(child, 'exit').finally(() => running.delete(child))
  const ended = new Promise<void>(resolve => {
    child.once('close', () => resolve())
  })
  let said = ''
  child.stderr?.on('data', (chunk: Buffer) => (said = `${said}${chunk.toString()}`.slice(-2000)))
  const pid = child.pid ?? 0
  return {
    child,
    ended,
    said: () => said.trim(),
    cpuTime: () => cpuTimeOf(pid),
    memoryBytes: () => memoryOf(pid),
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return
      child.kill('SIGTERM')
      const hurry = setTimeout(() => endGroup(child), 5000)
      await exited
      clearTimeout(hurry)
    },
  }
}

/** Runs it to its end and returns its standard output. Rejects with what it said when its status is not 0. */
export async function runPinned(core: number, command: readonly string[]): Promise<string> {
  const { child, said } = pinned(core, command)
  let output = ''
  child.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()))
  const [status] = (await once(child, 'close')) as [number | null]
  if (status !== 0) throw new Error(`${command[0]} ended with status ${String(status)}: ${said().slice(-500)}`)
  return output
}

function endGroup(child: ChildProcess): void {
  if (child.pid === undefined) return
  try {
    process.kill(-child.pid, 'SIGKILL')
  } catch {
    // It has ended in the meantime.
  }
}
