import type { Worker } from 'node:worker_threads'
import { RequestTallies } from '../admin/request-tallies.ts'
import type { GoneSeries, TalliesSnapshot } from '../admin/tallies-snapshot.ts'
import type { UpstreamState } from '../balancing/upstream-state.ts'
import type { DrainTimes, TrafficLoad, TrafficPorts } from './traffic.ts'
import type { FromWorker, ToWorker } from './worker-messages.ts'

/** How long a scrape waits for a busy worker before it takes what the worker last said. */
const answerMs = 1000

/** Time beyond its times that a worker has for a drain, before it is taken for hung. */
const hungMs = 5000

export interface WorkerHandleOptions {
  readonly worker: Worker
  /** The version of the first publication it is told. */
  readonly version: number
  /** It has made a publication live. */
  onPublished(): void
  /** A line of its log, as pino writes it. */
  onLog(line: string): void
  /** It is gone, for this reason; called once, after everything else. */
  onEnded(reason: string): void
}

/** One worker thread, from the main thread's side. */
export class WorkerHandle {
  readonly #options: WorkerHandleOptions
  readonly #questions = new Map<number, (answer: FromWorker) => void>()
  readonly #listening = Promise.withResolvers<TrafficPorts>()
  readonly #stopped = Promise.withResolvers<void>()
  readonly #drained = Promise.withResolvers<{ readonly cut: number }>()
  #nextQuestion = 0
  #version: number
  #tallies: TalliesSnapshot = new RequestTallies().snapshot()
  #load: TrafficLoad = { connections: 0, requests: 0 }
  #states: readonly UpstreamState[] = []
  #reason: string | undefined
  #hungTimer: NodeJS.Timeout | undefined
  #hasDrained = false

  constructor(options: WorkerHandleOptions) {
    this.#options = options
    this.#version = options.version
    this.#listening.promise.catch(() => {}) // whoever waits for it is told
    const { worker } = options
    worker.on('message', (message: FromWorker) => this.#hear(message))
    worker.on('error', (error: unknown) => {
      this.#reason ??= error instanceof Error ? error.message : String(error)
    })
    worker.once('exit', status => this.#end(this.#reason ?? `it exited with status ${status}`))
  }

  /** The last publication that is live there. */
  get version(): number {
    return this.#version
  }

  /** What it had counted when it last said so; complete when it drained or died of an error. */
  get lastTallies(): TalliesSnapshot {
    return this.#tallies
  }

  /** Whether it said that it has closed everything. */
  get hasDrained(): boolean {
    return this.#hasDrained
  }

  publish(message: Extract<ToWorker, { kind: 'publish' }>): void {
    this.#say(message)
  }

  /** Opens its ports, once its first publication is live. Rejects when that fails or the worker ends. */
  async listen(ports: TrafficPorts): Promise<TrafficPorts> {
    this.#say({ kind: 'listen', ports })
    return this.#listening.promise
  }

  /** What it has counted, without these series. */
  async tallies(gone: GoneSeries): Promise<TalliesSnapshot> {
    await this.#ask(id => ({ kind: 'tallies', id, gone }))
    return this.#tallies
  }

  async load(): Promise<TrafficLoad> {
    await this.#ask(id => ({ kind: 'load', id }))
    return this.#load
  }

  async states(): Promise<readonly UpstreamState[]> {
    await this.#ask(id => ({ kind: 'states', id }))
    return this.#states
  }

  /** Tells it which endpoints fail their health checks. */
  reportHealth(verdicts: Extract<ToWorker, { kind: 'health' }>['verdicts']): void {
    this.#say({ kind: 'health', verdicts })
  }

  /** Resolves when it has drained and ended; with a cut of 0 when it ended without. */
  async drain(times: DrainTimes): Promise<{ readonly cut: number }> {
    this.#say({ kind: 'drain', times })
    clearTimeout(this.#hungTimer)
    const patienceMs = times.delayMs + times.timeoutMs + hungMs
    this.#hungTimer = setTimeout(() => void this.terminate(), Math.min(patienceMs, 2 ** 31 - 1))
    return this.#drained.promise
  }

  /** Resolves when a drain has closed its ports, or it ended. */
  get stopped(): Promise<void> {
    return this.#stopped.promise
  }

  /** Tells it that no worker accepts connections any more. */
  allStopped(): void {
    this.#say({ kind: 'all-stopped' })
  }

  /** Ends it at once. */
  async terminate(): Promise<void> {
    await this.#options.worker.terminate()
  }

  #say(message: ToWorker): void {
    this.#options.worker.postMessage(message, [])
  }

  async #ask(question: (id: number) => ToWorker): Promise<void> {
    const id = this.#nextQuestion
    this.#nextQuestion += 1
    const { promise, resolve } = Promise.withResolvers<void>()
    const deadline = setTimeout(resolve, answerMs)
    this.#questions.set(id, () => resolve())
    this.#say(question(id))
    await promise
    clearTimeout(deadline)
    this.#questions.delete(id)
  }

  #hear(message: FromWorker): void {
    switch (message.kind) {
      case 'published':
        this.#version = message.version
        return this.#options.onPublished()
      case 'listening':
        return this.#listening.resolve(message.ports)
      case 'listen-failed':
        this.#reason = message.message
        this.#listening.reject(new Error(message.message))
        return void this.terminate()
      case 'tallies':
        this.#tallies = message.tallies
        return this.#questions.get(message.id)?.(message)
      case 'load':
        this.#load = message.load
        return this.#questions.get(message.id)?.(message)
      case 'states':
        this.#states = message.states
        return this.#questions.get(message.id)?.(message)
      case 'stopped':
        return this.#stopped.resolve()
      case 'drained':
        this.#tallies = message.tallies
        this.#hasDrained = true
        this.#drained.resolve({ cut: message.cut })
        return void this.terminate()
      case 'dying':
        this.#tallies = message.tallies
        return
      case 'log':
        return this.#options.onLog(message.line)
      default:
        message satisfies never
    }
  }

  #end(reason: string): void {
    clearTimeout(this.#hungTimer)
    this.#listening.reject(new Error(reason))
    this.#options.onEnded(reason)
    for (const answer of this.#questions.values()) answer({ kind: 'published', version: this.#version })
    this.#stopped.resolve()
    this.#drained.resolve({ cut: 0 })
  }
}
