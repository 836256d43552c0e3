/** Runs the `ingresskit` command as a child process and keeps everything it prints. */

import { spawn, type ChildProcess } from 'node:child_process'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { eventually } from './eventually.ts'

/** How a command ended and what it printed. */
export interface Finished {
  /** Undefined when a signal ended it. */
  readonly status: number | undefined
  readonly stdout: string
  readonly stderr: string
}

/** The ports of the `ready` line. */
export interface Ports {
  readonly http: number
  readonly https: number
  readonly admin: number
}

/** A command that is running. */
export interface Running {
  readonly pid: number
  /** Everything on both streams so far. */
  output(): string
  /** The lines of standard output that are JSON objects. */
  logLines(): readonly LogLine[]
  signal(name: NodeJS.Signals): void
  readonly finished: Promise<Finished>
}

/** One log line. */
export type LogLine = Readonly<Record<string, unknown>>

const repository = fileURLToPath(new URL('../../../../../', import.meta.url))
const main = fileURLToPath(new URL('../../../src/main.ts', import.meta.url))
/** Starting costs a second of processor time without it, and these tests start a hundred processes. */
const compileCache = join(tmpdir(), 'ingresskit-command-tests-compile-cache')
const running = new Set<ChildProcess>()

/** Starts it; `environment` comes on top of a bare one without any INGRESSKIT_ variable. */
export function startCommand(args: readonly string[], environment: Readonly<Record<string, string>> = {}): Running {
  const child = spawn(process.execPath, ['--conditions=@ingresskit/source', main, ...args], {
    cwd: repository,
    env: { PATH: process.env['PATH'] ?? '', HOME: '/nonexistent', NODE_COMPILE_CACHE: compileCache, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  running.add(child)
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
  })
  const finished = new Promise<Finished>(resolve => {
    child.once('close', code => {
      running.delete(child)
      resolve({ status: code ?? undefined, stdout, stderr })
    })
  })
  return {
    pid: child.pid ?? -1,
    output: () => stdout + stderr,
    logLines: () => jsonLines(stdout),
    signal: name => {
      child.kill(name)
    },
    finished,
  }
}

/** Runs it to its end. */
export function runCommand(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<Finished> {
  return startCommand(args, environment).finished
}

/** A server that said `ready`. */
export interface RunningServer extends Running, Ports {}

/** `serve` with free ports on 127.0.0.1, once it is ready. */
export function startServe(manifests: string, more: readonly string[] = []): Promise<RunningServer> {
  return readyServer(startCommand(['serve', '--manifests', manifests, ...freePorts, '--bind', '127.0.0.1', ...more]))
}

/** Flags for free ports. */
export const freePorts: readonly string[] = ['--http-port', '0', '--https-port', '0', '--admin-port', '0']

/** Waits for the `ready` line; fails with what was printed when the process ends before. */
export async function readyServer(command: Running): Promise<RunningServer> {
  let ended: Finished | undefined
  void command.finished.then(result => {
    ended = result
  })
  const ports = await eventually(() => {
    const line = command.logLines().find(({ msg }) => msg === 'ready')
    if (line === undefined && ended === undefined) throw new Error(`not ready yet: ${command.output()}`)
    return line ?? {}
  })
  if (ended !== undefined && ports['http'] === undefined) throw new Error(`ended before ready: ${command.output()}`)
  return { ...command, http: Number(ports['http']), https: Number(ports['https']), admin: Number(ports['admin']) }
}

/** SIGKILLs what is still running: for `afterEach` and `afterAll`. Children of `demo` notice that their parent is gone. */
export async function killCommands(): Promise<void> {
  await Promise.all(
    [...running].map(
      child =>
        new Promise<void>(resolve => {
          child.once('close', () => resolve())
          child.kill('SIGKILL')
        }),
    ),
  )
}

function jsonLines(text: string): readonly LogLine[] {
  return text.split('\n').flatMap(line => {
    if (!line.startsWith('{')) return []
    try {
      return [JSON.parse(line) as LogLine]
    } catch {
      return []
    }
  })
}
