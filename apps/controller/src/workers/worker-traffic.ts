import type { InFlight } from '@ingresskit/load-balancing'
import type { RequestTallies } from '../admin/request-tallies.ts'
import type { GoneSeries, TalliesSnapshot } from '../admin/tallies-snapshot.ts'
import type { UpstreamState } from '../balancing/upstream-state.ts'
import type { HealthVerdict, HealthVerdicts } from '../health/health-verdicts.ts'
import type { Logger } from '../log.ts'
import { ensureExclusivePorts } from './exclusive-ports.ts'
import { isEmpty, ObjectChangeTracker } from './object-changes.ts'
import { RestartBackoff } from './restart-backoff.ts'
import { SharedCounts } from './shared-counts.ts'
import type { StartWorker } from './start-worker.ts'
import type { DrainTimes, Publication, Traffic, TrafficLoad, TrafficPorts } from './traffic.ts'
import { WorkerHandle } from './worker-handle.ts'
import type { WorkerSettings } from './worker-messages.ts'

export interface WorkerTrafficOptions {
  readonly settings: Omit<WorkerSettings, 'thread'>
  readonly startWorker: StartWorker
  /** Takes over what workers had counted that are gone. */
  readonly tallies: RequestTallies
  /** What health checks found so far, for workers that begin now. */
  readonly verdicts: HealthVerdicts
  readonly log: Logger
  /** A worker ended and another takes its place. */
  onRestart(): void
}

/** One place among the workers, and who has it at the moment. */
interface Place {
  /** From 1. */
  readonly thread: number
  readonly backoff: RestartBackoff
  worker: WorkerHandle | undefined
  restart: NodeJS.Timeout | undefined
}

/**
 * Traffic in worker threads that share the ports; this thread tells them what changed and carries none.
 *
 * Each worker builds its own snapshot from the same objects, so a publication is live when every worker has said so. One that
 * ends is replaced; the replacement is told everything once.
 */
export class WorkerTraffic implements Traffic {
  readonly #options: WorkerTrafficOptions
  readonly #places: readonly Place[]
  readonly #objects = new ObjectChangeTracker()
  readonly #counts: SharedCounts
  #version = 0
  #liveVersion = 0
  #phase: 'new' | 'opening' | 'open' | 'closing' = 'new'
  #ports: TrafficPorts = { http: 0, https: 0 }
  #loading: Promise<TrafficLoad> | undefined
  #endedEarly: string | undefined

  constructor(options: WorkerTrafficOptions) {
    this.#options = options
    const { workers } = options.settings.options
    this.#places = Array.from({ length: workers }, (_, index) => ({
      thread: index + 1,
      backoff: new RestartBackoff(),
      worker: undefined,
      restart: undefined,
    }))
    this.#counts = new SharedCounts(workers + 1)
  }

  countsOf(name: string, expectedKeys: number): InFlight {
    return this.#counts.countsOf(name, expectedKeys)
  }

  async open(first: Publication): Promise<TrafficPorts> {
    const { bind: host, 'http-port': http, 'https-port': https } = this.#options.settings.options
    this.#phase = 'opening'
    // Before anything is waited for: what is published meanwhile comes after it.
    this.#tell(first)
    await ensureExclusivePorts([
      { name: 'http', host, port: http },
      { name: 'https', host, port: https },
    ])
    if (this.#isClosing()) throw new Error('it was closed while it opened')
    this.#ports = { http, https }
    const [one, ...others] = this.#places.map(place => this.#start(place))
    if (one === undefined) return this.#ports
    // The first one finds free ports where none were given.
    this.#ports = await one.listen(this.#ports)
    await Promise.all(others.map(worker => worker.listen(this.#ports)))
    if (this.#endedEarly !== undefined) throw new Error(this.#endedEarly)
    if (this.#isClosing()) throw new Error('it was closed while it opened')
    this.#phase = 'open'
    return this.#ports
  }

  publish(next: Publication): void {
    if (this.#phase !== 'new') this.#tell(next)
  }

  load(): Promise<TrafficLoad> {
    this.#loading ??= this.#sumLoads().finally(() => {
      this.#loading = undefined
    })
    return this.#loading
  }

  async upstreamStates(): Promise<readonly (readonly UpstreamState[])[]> {
    return Promise.all(this.#workers().map(worker => worker.states()))
  }

  reportHealth(verdict: HealthVerdict): void {
    for (const worker of this.#workers()) worker.reportHealth([verdict])
  }

  readonly otherTallies = async (gone: GoneSeries): Promise<readonly TalliesSnapshot[]> =>
    Promise.all(this.#workers().map(worker => worker.tallies(gone)))

  async drain(times: DrainTimes): Promise<{ readonly cut: number }> {
    this.#stopRestarts()
    const workers = this.#workers()
    void Promise.all(workers.map(worker => worker.stopped)).then(() => {
      for (const worker of workers) worker.allStopped()
    })
    const results = await Promise.all(workers.map(worker => worker.drain(times)))
    return { cut: results.reduce((sum, { cut }) => sum + cut, 0) }
  }

  async close(): Promise<void> {
    this.#stopRestarts()
    await Promise.all(this.#workers().map(worker => worker.terminate()))
  }

  #workers(): readonly WorkerHandle[] {
    return this.#places.flatMap(({ worker }) => worker ?? [])
  }

  #isClosing(): boolean {
    return this.#phase === 'closing'
  }

  #stopRestarts(): void {
    this.#phase = 'closing'
    for (const { restart } of this.#places) clearTimeout(restart)
  }

  async #sumLoads(): Promise<TrafficLoad> {
    const loads = await Promise.all(this.#workers().map(worker => worker.load()))
    return {
      connections: loads.reduce((sum, { connections }) => sum + connections, 0),
      requests: loads.reduce((sum, { requests }) => sum + requests, 0),
    }
  }

  #tell(publication: Publication): void {
    const objects = this.#objects.next(publication)
    const counts = this.#counts.publish(publication.snapshot.counts, {
      revision: this.#version + 1,
      seenByAll: this.#versionOfAll(),
    })
    const { cause } = publication
    if (isEmpty(objects) && counts.length === 0 && cause === 'change') return
    this.#version += 1
    const message = {
      kind: 'publish',
      version: this.#version,
      objects: JSON.stringify(objects),
      counts,
      cause,
    } as const
    for (const worker of this.#workers()) worker.publish(message)
  }

  /** The last version that every worker has made live. */
  #versionOfAll(): number {
    return Math.min(this.#version, ...this.#workers().map(({ version }) => version))
  }

  #start(place: Place): WorkerHandle {
    const { settings, startWorker, log } = this.#options
    const { thread } = place
    const startedAt = performance.now()
    const worker = new WorkerHandle({
      worker: startWorker({ ...settings, thread }),
      version: this.#version,
      onPublished: () => this.#published(),
      onLog: line => forward(log, thread, line),
      onEnded: reason => this.#ended(place, { worker, reason, livedMs: performance.now() - startedAt }),
    })
    place.worker = worker
    worker.publish({
      kind: 'publish',
      version: this.#version,
      objects: JSON.stringify(this.#objects.whole()),
      counts: this.#counts.whole(),
      cause: 'change',
    })
    worker.reportHealth(this.#options.verdicts.entries())
    return worker
  }

  #published(): void {
    const version = this.#versionOfAll()
    if (version <= this.#liveVersion) return
    this.#liveVersion = version
    this.#options.log.debug({ change: version }, 'live in every worker')
  }

  #ended(place: Place, { worker, reason, livedMs }: EndOfWorker): void {
    const { log, tallies, onRestart } = this.#options
    place.worker = undefined
    this.#counts.clear(place.thread)
    tallies.add(worker.lastTallies)
    if (this.#phase === 'opening') this.#endedEarly = `worker ${place.thread} ended: ${reason}`
    if (this.#phase === 'closing' && !worker.hasDrained)
      log.error({ worker: place.thread, reason }, 'worker ended early')
    if (this.#phase !== 'open') return
    const delayMs = place.backoff.ended(livedMs)
    onRestart()
    log.error({ worker: place.thread, reason, delayMs }, `worker ${place.thread} ended and is replaced: ${reason}`)
    place.restart = setTimeout(() => {
      const next = this.#start(place)
      next.listen(this.#ports).then(
        () => log.info({ worker: place.thread }, `worker ${place.thread} was replaced`),
        () => {}, // it ended, and that was reported
      )
    }, delayMs)
  }
}

interface EndOfWorker {
  readonly worker: WorkerHandle
  readonly reason: string
  readonly livedMs: number
}

/** Writes a line of a worker's log as a line of ours. */
function forward(log: Logger, worker: number, line: string): void {
  const { level, time: _time, msg, ...fields } = JSON.parse(line) as Readonly<Record<string, unknown>>
  const name = log.levels.labels[Number(level)] ?? 'info'
  if (isLevel(name)) log[name]({ ...fields, worker }, String(msg))
}

const levels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const

function isLevel(name: string): name is (typeof levels)[number] {
  return levels.some(level => level === name)
}
