import { hostname } from 'node:os'
import { type ObjectSource, timerSchedule } from '@ingresskit/kubernetes-watch'
import { createTlsStore } from '@ingresskit/tls-store'
import { Counter } from 'prom-client'
import { type AdminServer, startAdminServer } from './admin/admin-server.ts'
import { registerSourceMetrics } from './admin/source-metrics.ts'
import { registerTalkBackMetrics } from './admin/talk-back-metrics.ts'
import { createMetrics } from './admin/metrics.ts'
import { machineEnvironment, newSessionKey } from './balancing/environment.ts'
import { placeOf } from './cluster/other-replicas.ts'
import { replicaOf } from './cluster/replica.ts'
import { type TalkBack, talkBack } from './cluster/talk-back.ts'
import { HealthProber } from './health/health-prober.ts'
import { HealthVerdicts } from './health/health-verdicts.ts'
import { probeEndpoint } from './health/probe-endpoint.ts'
import type { Logger } from './log.ts'
import type { ServeOptions } from './options/option-table.ts'
import { Publisher } from './publisher.ts'
import { defaultIdentity } from './self-signed.ts'
import { SnapshotBuilder } from './snapshot/snapshot-builder.ts'
import type { Snapshot } from './snapshot/snapshot.ts'
import type { ChosenCluster } from './source-of.ts'
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
  /** Where statuses and Events are written, if anywhere; closed in the end. */
  readonly cluster?: ChosenCluster
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
  const state: ControllerState = { phase: 'starting', talk: undefined }
  const metrics = createMetrics({
    snapshot: () => publisher.snapshot,
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
    snapshot: () => requirePublication(publisher).snapshot,
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
      if (publisher.last !== undefined) verdicts.applyTo(publisher.last.snapshot.upstreams)
      traffic.reportHealth([healthKey, unhealthy])
      log.info(
        { service: servicePort, unhealthy: unhealthy.slice(0, 20), count: unhealthy.length },
        'health checks changed',
      )
    },
  })

  const publisher = new Publisher({
    source,
    builder,
    verdicts,
    traffic,
    prober,
    log,
    onPublished: ({ objects, snapshot }) => state.talk?.observe({ objects, snapshot }),
  })
  registerSourceMetrics(metrics.registry, () => source.health())
  registerTalkBackMetrics(metrics.registry, () => state.talk?.facts())

  const recheck = setInterval(() => publisher.recheck(), certificateRecheckMs)
  recheck.unref()

  const admin = await startAdminServer({
    host: options['admin-bind'],
    port: options['admin-port'],
    registry: metrics.registry,
    snapshot: () => publisher.snapshot,
    endpointFacts: async () => ({ tallies: await metrics.endpointTallies(), states: await traffic.upstreamStates() }),
    notReady: () => (state.phase === 'ready' ? undefined : state.phase),
  })
  try {
    const published = source.start(objects => publisher.publish(objects)).then(objects => publisher.publish(objects))
    await Promise.race([published, aborted(settings.stop)])
    await Promise.race([publisher.settled, aborted(settings.stop)])
    const ports = await Promise.race([traffic.open(requirePublication(publisher)), aborted(settings.stop)])
    state.phase = 'ready'
    state.talk = startTalkBack(settings, publisher)
    return {
      ports: { ...ports, admin: admin.port },
      snapshot: () => requireSnapshot(publisher),
      stop: stopOnce({ ...settings, admin, traffic, prober, state, recheck }),
    }
  } catch (error) {
    clearInterval(recheck)
    prober.close()
    await Promise.all([traffic.close(), admin.close(), source.close()])
    await settings.cluster?.api.close()
    throw error
  }
}

/** Only a replica that serves may lead. */
function startTalkBack({ cluster, options, log }: ControllerOptions, publisher: Publisher): TalkBack | undefined {
  if (cluster === undefined) return undefined
  const { api, contextNamespace } = cluster
  const talk = talkBack({
    api,
    options,
    replica: replicaOf({ environment: process.env, hostname: hostname(), random: Math.random, contextNamespace }),
    place: placeOf(process.env),
    log,
    schedule: timerSchedule,
    now: Date.now,
    monotonicMs: () => performance.now(),
    random: Math.random,
    onProblems: () => publisher.setOthers(talk.problems()),
  })
  const { last } = publisher
  if (last !== undefined) talk.observe(last)
  return talk
}

async function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const stop = (): void => reject(new Error('it was told to stop'))
    if (signal.aborted) stop()
    signal.addEventListener('abort', stop, { once: true })
  })
}

interface ControllerState {
  phase: 'starting' | 'ready' | 'draining'
  talk: TalkBack | undefined
}

interface StopContext extends Pick<ControllerOptions, 'options' | 'source' | 'cluster'> {
  readonly admin: AdminServer
  readonly traffic: Traffic
  readonly prober: HealthProber
  readonly state: ControllerState
  readonly recheck: NodeJS.Timeout
}

/** Statuses are taken back at least this long, however short the drain is. */
const leastTalkMs = 10_000

function stopOnce({
  options,
  source,
  cluster,
  admin,
  traffic,
  prober,
  state,
  recheck,
}: StopContext): Controller['stop'] {
  let stopping: Promise<{ readonly cut: number }> | undefined
  const drain = async (): Promise<{ readonly cut: number }> => {
    state.phase = 'draining'
    clearInterval(recheck)
    const times = { delayMs: options['drain-delay'] * 1000, timeoutMs: options['drain-timeout'] * 1000 }
    const [result] = await Promise.all([
      traffic.drain(times),
      state.talk?.close(Math.max(leastTalkMs, times.delayMs + times.timeoutMs)),
    ])
    prober.close()
    await source.close()
    await cluster?.api.close()
    await admin.close()
    return result
  }
  return async () => {
    if (stopping !== undefined) {
      void state.talk?.close(0)
      await traffic.drain({ delayMs: 0, timeoutMs: 0 })
    }
    return (stopping ??= drain())
  }
}

function requireSnapshot({ snapshot }: Publisher): Snapshot {
  if (snapshot === undefined) throw new Error('no snapshot was published yet')
  return snapshot
}

function requirePublication({ last }: Publisher): Publication {
  if (last === undefined) throw new Error('nothing was published yet')
  return last
}
