import type { ObjectKey, ObjectSnapshot, ObjectSource } from '@ingresskit/kubernetes-watch'
import { createTlsStore } from '@ingresskit/tls-store'
import { Counter } from 'prom-client'
import { type AdminServer, startAdminServer } from './admin/admin-server.ts'
import { createMetrics } from './admin/metrics.ts'
import { machineEnvironment, newSessionKey } from './balancing/environment.ts'
import { HealthProber } from './health/health-prober.ts'
import { HealthVerdicts } from './health/health-verdicts.ts'
import { probeEndpoint } from './health/probe-endpoint.ts'
import type { Logger } from './log.ts'
import type { ServeOptions } from './options/option-table.ts'
import { logProblemChanges } from './problem-log.ts'
import type { Problem } from './problem.ts'
import { defaultIdentity } from './self-signed.ts'
import { SnapshotBuilder } from './snapshot/snapshot-builder.ts'
import type { Snapshot } from './snapshot/snapshot.ts'
import { createTraffic } from './workers/create-traffic.ts'
import { startWorker, type StartWorker } from './workers/start-worker.ts'
import type { Publication, Traffic } from './workers/traffic.ts'

const certificateRecheckMs = 3_600_000

/** A running controller. */
export interface Controller {
  readonly ports: { readonly http: number; readonly https: number; readonly admin: number }
  /** The last snapshot that was published: requests are decided by it, with several workers as soon as each has made it live. */
  snapshot(): Snapshot
  /** Drains and closes everything; resolves with the number of requests that had to be cut. A second call cuts what is left. */
  stop(): Promise<{ readonly cut: number }>
}

export interface ControllerOptions {
  readonly options: ServeOptions
  readonly source: ObjectSource
  /** `api-server` when the objects come from a cluster. */
  readonly admission: 'api-server' | 'none'
  readonly log: Logger
  /** Ends the start: the source may wait for an API server for ever. */
  readonly stop: AbortSignal
  /** Starts worker threads, when there are to be several; default: our own program. */
  readonly startWorker?: StartWorker
}

/**
 * Composes the packages: objects → snapshot → routing, and opens the ports once the first full snapshot is live.
 *
 * @throws when a port cannot be opened, the source can never deliver or `stop` is aborted; nothing stays open then.
 */
export async function startController(settings: ControllerOptions): Promise<Controller> {
  const { options, source, log, admission } = settings
  const fallbackIdentity = await defaultIdentity(Date.now())
  const sessionKey = newSessionKey()
  const verdicts = new HealthVerdicts()
  const tlsStore = createTlsStore({ fallbackIdentity, now: Date.now })
  const state: ControllerState = { snapshot: undefined, phase: 'starting' }
  const metrics = createMetrics({
    snapshot: () => state.snapshot,
    traffic: { load: () => traffic.load(), upstreamStates: () => traffic.upstreamStates() },
    now: Date.now,
    otherThreads: gone => traffic.otherTallies(gone),
  })
  const restarts = new Counter({
    name: 'ingresskit_worker_restarts_total',
    help: 'Worker threads that ended and were replaced',
    registers: [metrics.registry],
  })
  const traffic: Traffic = createTraffic({
    options,
    admission,
    tlsStore,
    fallbackIdentity,
    sessionKey,
    tallies: metrics.tallies,
    verdicts,
    snapshot: () => requireSnapshot(state),
    log,
    startWorker: settings.startWorker ?? startWorker,
    onRestart: () => restarts.inc(),
  })
  const countsOf: Traffic['countsOf'] = (name, expectedKeys) => traffic.countsOf(name, expectedKeys)
  const environment = machineEnvironment
  const builder = new SnapshotBuilder({
    options,
    tlsStore,
    admission,
    now: Date.now,
    countsOf,
    environment,
    sessionKey,
  })
  const prober = new HealthProber({
    probe: probeEndpoint,
    random: Math.random,
    onChange({ healthKey, servicePort, unhealthy }) {
      verdicts.set([healthKey, unhealthy])
      if (state.snapshot !== undefined) verdicts.applyTo(state.snapshot.upstreams)
      traffic.reportHealth([healthKey, unhealthy])
      log.info(
        { service: servicePort, unhealthy: unhealthy.slice(0, 20), count: unhealthy.length },
        'health checks changed',
      )
    },
  })

  let problems: readonly Problem[] = []
  let last: Publication | undefined
  const firstSettled = Promise.withResolvers<void>()
  const publish = (objects: ObjectSnapshot, cause: Publication['cause'] = 'change'): void => {
    let secrets: ReadonlySet<ObjectKey> = new Set()
    if (cause === 'recheck') builder.recheck()
    const snapshot = builder.build(objects, {
      follow: wanted => {
        secrets = wanted
        source.follow({ secrets, configMaps: new Set() })
      },
      settled: () => source.settled(),
    })
    verdicts.applyTo(snapshot.upstreams)
    state.snapshot = snapshot
    last = { objects, snapshot, secrets, cause }
    traffic.publish(last)
    prober.update(snapshot.upstreams)
    logProblemChanges(log, problems, snapshot.problems)
    problems = snapshot.problems
    log.debug({ version: snapshot.version, rules: snapshot.translation.table.size }, 'snapshot published')
    if (source.settled()) firstSettled.resolve()
  }

  // Certificates expire without any change of an object.
  const recheck = setInterval(() => {
    if (last !== undefined) publish(last.objects, 'recheck')
  }, certificateRecheckMs)
  recheck.unref()

  const admin = await startAdminServer({
    host: options['admin-bind'],
    port: options['admin-port'],
    registry: metrics.registry,
    snapshot: () => state.snapshot,
    endpointFacts: async () => ({ tallies: await metrics.endpointTallies(), states: await traffic.upstreamStates() }),
    notReady: () => (state.phase === 'ready' ? undefined : state.phase),
  })
  try {
    const published = source.start(objects => publish(objects)).then(objects => publish(objects))
    await Promise.race([published, aborted(settings.stop)])
    await Promise.race([firstSettled.promise, aborted(settings.stop)])
    const ports = await Promise.race([traffic.open(requirePublication(last)), aborted(settings.stop)])
    state.phase = 'ready'
    return {
      ports: { ...ports, admin: admin.port },
      snapshot: () => requireSnapshot(state),
      stop: stopOnce({ options, source, admin, traffic, prober, state, recheck }),
    }
  } catch (error) {
    clearInterval(recheck)
    prober.close()
    await Promise.all([traffic.close(), admin.close(), source.close()])
    throw error
  }
}

async function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const stop = (): void => reject(new Error('it was told to stop'))
    if (signal.aborted) stop()
    signal.addEventListener('abort', stop, { once: true })
  })
}

interface ControllerState {
  snapshot: Snapshot | undefined
  phase: 'starting' | 'ready' | 'draining'
}

interface StopContext {
  readonly options: ServeOptions
  readonly source: ObjectSource
  readonly admin: AdminServer
  readonly traffic: Traffic
  readonly prober: HealthProber
  readonly state: ControllerState
  readonly recheck: NodeJS.Timeout
}

function stopOnce({ options, source, admin, traffic, prober, state, recheck }: StopContext): Controller['stop'] {
  let stopping: Promise<{ readonly cut: number }> | undefined
  const drain = async (): Promise<{ readonly cut: number }> => {
    state.phase = 'draining'
    clearInterval(recheck)
    const result = await traffic.drain({
      delayMs: options['drain-delay'] * 1000,
      timeoutMs: options['drain-timeout'] * 1000,
    })
    prober.close()
    await source.close()
    await admin.close()
    return result
  }
  return async () => {
    if (stopping !== undefined) await traffic.drain({ delayMs: 0, timeoutMs: 0 })
    return (stopping ??= drain())
  }
}

function requireSnapshot({ snapshot }: ControllerState): Snapshot {
  if (snapshot === undefined) throw new Error('no snapshot was published yet')
  return snapshot
}

function requirePublication(publication: Publication | undefined): Publication {
  if (publication === undefined) throw new Error('nothing was published yet')
  return publication
}
