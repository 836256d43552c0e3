/** A controller in the process of the test, whose worker threads the test has in its hands. */

import { Worker } from 'node:worker_threads'
import { manifestSource } from '@ingresskit/kubernetes-watch'
import { pino } from 'pino'
import { type Controller, startController } from '../../src/controller.ts'
import { serveOptions, sourceOptions } from '../../src/options/option-table.ts'
import { resolveOptions } from '../../src/options/resolve-options.ts'
import type { LogLine } from '../command/support/ingresskit-process.ts'

const table = { ...sourceOptions, ...serveOptions }
const program = new URL('faulty-worker.ts', import.meta.url)

export interface InProcessOptions {
  readonly manifests: string
  readonly workers: number
  /** Free ports of 127.0.0.1 unless these flags say otherwise. */
  readonly flags?: Readonly<Record<string, string>>
  /** What the worker that is started as the n-th, from 0, throws at its start. */
  readonly failsAtStart?: (started: number) => string | undefined
  /** Sees every worker that is started, before anybody else. */
  readonly onWorker?: (worker: Worker, started: number) => void
}

export interface InProcessController {
  /** Rejects when it cannot start. */
  readonly controller: Promise<Controller>
  /** Every thread that was ever started, in order. */
  readonly threads: readonly Worker[]
  readonly logLines: readonly LogLine[]
}

export function inProcessController(options: InProcessOptions): InProcessController {
  const { manifests, workers, flags, failsAtStart, onWorker } = options
  const threads: Worker[] = []
  const logLines: LogLine[] = []
  const ports = { 'http-port': '0', 'https-port': '0', 'admin-port': '0', bind: '127.0.0.1' }
  const controller = startController({
    options: resolveOptions(table, new Set(Object.keys(table)), {
      flags: { ...ports, workers: String(workers), manifests: [manifests], ...flags },
      environment: {},
    }),
    source: manifestSource({ paths: [manifests] }),
    admission: 'none',
    log: pino({ base: null }, { write: line => void logLines.push(JSON.parse(line) as LogLine) }),
    stop: new AbortController().signal,
    startWorker: settings => {
      const fault = failsAtStart?.(threads.length)
      const worker = new Worker(program, {
        workerData: { ...settings, ...(fault === undefined ? {} : { failsAtStart: fault }) },
        execArgv: ['--conditions=@ingresskit/source'],
      })
      onWorker?.(worker, threads.length)
      threads.push(worker)
      return worker
    },
  })
  return { controller, threads, logLines }
}
