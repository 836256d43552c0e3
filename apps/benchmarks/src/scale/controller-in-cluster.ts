/** The controller as users run it against a cluster: a process that may use every core. */

import { writeFile } from 'node:fs/promises'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { contestantCore, pinned, type PinnedProcess } from '../measure/pinned-process.ts'
import { sharedNowMs } from './cluster-messages.ts'

export interface ControllerInCluster {
  readonly pid: number
  readonly httpPort: number
  /** From the start of the process to its `ready` line, that of Node.js included. */
  readonly readyMs: number
  /** On the clock that all processes share. */
  readonly readyAtMs: number
  /** Lines of its log with a level above `info`: how many, and the last of them. */
  complaints(): { readonly count: number; readonly last: string }
  stop(): Promise<void>
}

export interface ControllerSettings {
  readonly kubeconfig: string
  readonly workers: number
  readonly program: 'built' | 'sources'
  /** For its files; where there is a profile, it lies here after the stop. */
  readonly folder: string
  readonly profile: 'none' | 'main-thread'
}

const programs = {
  built: [fileURLToPath(new URL('../../../controller/dist/main.js', import.meta.url))],
  sources: [
    '--conditions=@ingresskit/source',
    fileURLToPath(new URL('../../../controller/src/main.ts', import.meta.url)),
  ],
} as const

/** Rejects when it is not ready within so long. */
const patienceMs = 180_000
const complaintLevels: ReadonlySet<unknown> = new Set(['warn', 'error', 'fatal'])

/** What Node.js takes by itself in a container of 1 GiB, as the chart has it: half of that. */
const heapLimit = ['--max-old-space-size=512']

/** Starts `ingresskit serve` on free ports and waits until it is ready. */
export async function startControllerInCluster(settings: ControllerSettings): Promise<ControllerInCluster> {
  const kubeconfig = join(settings.folder, 'kubeconfig')
  await writeFile(kubeconfig, settings.kubeconfig)
  const profile = settings.profile === 'none' ? [] : ['--cpu-prof', '--cpu-prof-dir', settings.folder]
  const serve = ['serve', '--kubeconfig', kubeconfig, '--workers', String(settings.workers), '--bind', '127.0.0.1']
  const ports = ['--http-port', '0', '--https-port', '0', '--admin-port', '0']
  const everyCore = ['taskset', '-c', `0-${cpus().length - 1}`]
  const startedAt = sharedNowMs()
  const started = pinned(contestantCore, [
    ...everyCore,
    process.execPath,
    ...heapLimit,
    ...profile,
    ...programs[settings.program],
    ...serve,
    ...ports,
  ])
  let [complaints, last] = [0, '']
  const httpPort = await readyPort(started, line => {
    complaints += 1
    last = line
  })
  if (httpPort === undefined) {
    await started.stop()
    throw new Error(`ingresskit was not ready in time: ${last} ${started.said().slice(-500)}`)
  }
  const readyAtMs = sharedNowMs()
  return {
    pid: started.child.pid ?? 0,
    httpPort,
    readyMs: readyAtMs - startedAt,
    readyAtMs,
    complaints: () => ({ count: complaints, last }),
    stop: started.stop,
  }
}

/** Undefined when it ends before it is ready, or is not in time. Its log is read to the end. */
async function readyPort({ child }: PinnedProcess, onComplaint: (line: string) => void): Promise<number | undefined> {
  if (child.stdout === null) return undefined
  const lines = createInterface({ input: child.stdout })
  return new Promise(resolve => {
    const tooLate = setTimeout(() => resolve(undefined), patienceMs)
    lines.on('close', () => {
      clearTimeout(tooLate)
      resolve(undefined)
    })
    lines.on('line', line => {
      const entry = entryOf(line)
      if (entry?.msg === 'ready') {
        clearTimeout(tooLate)
        resolve(entry.http)
      }
      if (complaintLevels.has(entry?.level)) onComplaint(line.slice(0, 500))
    })
  })
}

/** Undefined for a line that is no entry of the log: Node.js itself may write some. */
function entryOf(
  line: string,
): { readonly msg?: string; readonly http?: number; readonly level?: string } | null | undefined {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}
