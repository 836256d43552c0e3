import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import type { WorkerSettings } from './worker-messages.ts'

/** Starts the thread of one worker. */
export type StartWorker = (settings: WorkerSettings) => Worker

const here = fileURLToPath(import.meta.url)
const program = new URL(`./traffic-worker${extname(here)}`, import.meta.url)
const sourceCondition = '--conditions=@ingresskit/source'

/** A thread with the program beside this file, compiled or not: sources import the sources of the other packages. */
export const startWorker: StartWorker = settings =>
  new Worker(program, {
    workerData: settings,
    name: `traffic ${settings.thread}`,
    ...(extname(here) === '.ts' ? { execArgv: [sourceCondition] } : {}),
  })
