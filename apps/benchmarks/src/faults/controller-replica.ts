/** A controller in a process of its own, following the fake API server. */

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

export interface ControllerReplica {
  readonly name: string
  readonly httpPort: number
  readonly httpsPort: number
  readonly adminPort: number
  /** SIGTERM; resolves with the exit status when it has ended, undefined when a signal ended it. */
  stop(): Promise<number | undefined>
  /** SIGKILL; resolves when it has ended. */
  kill(): Promise<void>
  /** SIGSTOP: it does nothing any more, and does not know it. */
  freeze(): void
  /** SIGCONT. */
  thaw(): void
  /** Whether it was told to end or is frozen. */
  isMeddledWith(): boolean
  hasEnded(): boolean
  /** The last of what it said. */
  said(): string
}

export interface ReplicaOptions {
  readonly name: string
  readonly kubeconfig: string
  readonly more?: readonly string[]
}

const main = fileURLToPath(new URL('../../../controller/src/main.ts', import.meta.url))
/** Starting costs a second of processor time without it; shared with the tests of the command. */
const compileCache = join(tmpdir(), 'ingresskit-command-tests-compile-cache')
const readyWithinMs = 60_000
const keptCharacters = 20_000
const running = new Set<ChildProcess>()

// Whatever ends this process, nothing that it started stays.
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL')
})

/** Starts `serve` from the sources, with free ports, writing statuses; resolves when it says `ready`. Rejects with what it said when it ends before. */
export async function startReplica({ name, kubeconfig, more = [] }: ReplicaOptions): Promise<ControllerReplica> {
  const ports = ['--http-port', '0', '--https-port', '0', '--admin-port', '0', '--bind', '127.0.0.1']
  const status = ['--publish-status-address', '192.0.2.1']
  const args = [
    '--conditions=@ingresskit/source',
    main,
    'serve',
    '--kubeconfig',
    kubeconfig,
    ...ports,
    ...status,
    ...more,
  ]
  const child = spawn(process.execPath, args, {
    env: {
      PATH: process.env['PATH'],
      HOME: '/nonexistent',
      NODE_COMPILE_CACHE: compileCache,
      POD_NAME: name,
      POD_NAMESPACE: 'ingresskit',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  running.add(child)
  const exited = once(child, 'exit').finally(() => running.delete(child))
  const hasEnded = (): boolean => child.exitCode !== null || child.signalCode !== null
  let isMeddledWith = false
  let said = ''
  const hear = (text: string): void => {
    said = `${said}${text}\n`.slice(-keptCharacters)
  }
  child.stderr.on('data', (chunk: Buffer) => hear(chunk.toString()))
  const giveUp = new AbortController()
  const tooLate = pause(readyWithinMs, undefined, { signal: giveUp.signal }).catch(() => undefined)
  const bound = await Promise.race([readyPorts(child.stdout, hear), tooLate])
  giveUp.abort()
  if (bound === undefined) {
    child.kill('SIGKILL')
    throw new Error(`the controller ended or took ${readyWithinMs} ms before it was ready: ${said}`)
  }
  return {
    name,
    httpPort: bound.http,
    httpsPort: bound.https,
    adminPort: bound.admin,
    stop: async () => {
      isMeddledWith = true
      child.kill('SIGTERM')
      await exited
      return child.exitCode ?? undefined
    },
    kill: async () => {
      isMeddledWith = true
      child.kill('SIGKILL')
      await exited
    },
    freeze: () => {
      isMeddledWith = true
      child.kill('SIGSTOP')
    },
    thaw: () => {
      isMeddledWith = false
      child.kill('SIGCONT')
    },
    isMeddledWith: () => isMeddledWith,
    hasEnded,
    said: () => said,
  }
}

interface BoundPorts {
  readonly http: number
  readonly https: number
  readonly admin: number
}

/** Undefined when the output ends before the `ready` line. Goes on reading, and has every line heard. */
async function readyPorts(
  output: NodeJS.ReadableStream,
  hear: (line: string) => void,
): Promise<BoundPorts | undefined> {
  const lines = createInterface({ input: output })
  return new Promise(resolve => {
    lines.on('close', () => resolve(undefined))
    lines.on('line', line => {
      hear(line)
      const entry = readyLine(line)
      if (entry !== undefined) resolve(entry)
    })
  })
}

function readyLine(line: string): BoundPorts | undefined {
  if (!line.includes('"ready"')) return undefined
  const entry = JSON.parse(line) as BoundPorts & { readonly msg?: string }
  return entry.msg === 'ready' ? entry : undefined
}
