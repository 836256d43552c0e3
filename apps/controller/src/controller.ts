import type { ObjectSnapshot, ObjectSource } from '@ingresskit/kubernetes-watch'
import { type BoundListener, type DataPlane, httpProxy3DataPlane } from '@ingresskit/proxy'
import { canonicalPath } from '@ingresskit/rule-matcher'
import { createTlsStore, tlsServerOptions } from '@ingresskit/tls-store'
import { type AdminServer, startAdminServer } from './admin/admin-server.ts'
import { createMetrics } from './admin/metrics.ts'
import type { Logger } from './log.ts'
import type { ServeOptions } from './options/option-table.ts'
import { logProblemChanges } from './problem-log.ts'
import type { Problem } from './problem.ts'
import { requestLog } from './request-log.ts'
import { defaultIdentity } from './self-signed.ts'
import { decide } from './snapshot/decide.ts'
import { SnapshotBuilder } from './snapshot/snapshot-builder.ts'
import type { Snapshot } from './snapshot/snapshot.ts'

const certificateRecheckMs = 3_600_000

/** A running controller. */
export interface Controller {
  readonly ports: { readonly http: number; readonly https: number; readonly admin: number }
  /** The snapshot that requests are decided by at this moment. */
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
}

/**
 * Composes the packages: objects → snapshot → routing, and opens the ports once the first full snapshot is live.
 *
 * @throws when a port cannot be opened, the source can never deliver or `stop` is aborted; nothing stays open then.
 */
export async function startController(settings: ControllerOptions): Promise<Controller> {
  const { options, source, log } = settings
  const tlsStore = createTlsStore({ fallbackIdentity: await defaultIdentity(Date.now()), now: Date.now })
  const builder = new SnapshotBuilder({ options, tlsStore, admission: settings.admission, now: Date.now })
  const state: ControllerState = { snapshot: undefined, dataPlane: undefined, phase: 'starting' }
  const logRequest = requestLog(log, () => performance.now())
  const metrics = createMetrics({ snapshot: () => state.snapshot, dataPlane: () => state.dataPlane, now: Date.now })

  let problems: readonly Problem[] = []
  let objects: ObjectSnapshot | undefined
  const firstSettled = Promise.withResolvers<void>()
  const publish = (latest: ObjectSnapshot): void => {
    objects = latest
    const next = builder.build(latest, {
      follow: secrets => source.follow({ secrets, configMaps: new Set() }),
      settled: () => source.settled(),
    })
    state.snapshot = next
    state.dataPlane?.retainEndpoints(endpointKeys(next))
    logProblemChanges(log, problems, next.problems)
    problems = next.problems
    log.debug({ version: next.version, rules: next.translation.table.size }, 'snapshot published')
    if (source.settled()) firstSettled.resolve()
  }

  // Certificates expire without any change of an object.
  const recheck = setInterval(() => {
    if (objects !== undefined) publish(objects)
  }, certificateRecheckMs)
  recheck.unref()

  const admin = await startAdminServer({
    host: options['admin-bind'],
    port: options['admin-port'],
    registry: metrics.registry,
    snapshot: () => state.snapshot,
    notReady: () => (state.phase === 'ready' ? undefined : state.phase),
  })
  try {
    await Promise.race([source.start(publish).then(publish), aborted(settings.stop)])
    await Promise.race([firstSettled.promise, aborted(settings.stop)])
    const dataPlane = httpProxy3DataPlane({
      listeners: [
        { name: 'http', host: options.bind, port: options['http-port'] },
        { name: 'https', host: options.bind, port: options['https-port'], tls: tlsStore, tlsServerOptions },
      ],
      // Set before the listeners open; a request reads the snapshot once.
      route: head => decide(requireSnapshot(state), head),
      canonicalPath,
      trustedProxies: options['trusted-proxies'],
      onRequest: record => {
        metrics.record(record)
        logRequest(record)
      },
    })
    const bound = await dataPlane.listen()
    state.dataPlane = dataPlane
    state.phase = 'ready'
    const ports = { http: portOf(bound, 'http'), https: portOf(bound, 'https'), admin: admin.port }
    return {
      ports,
      snapshot: () => requireSnapshot(state),
      stop: stopOnce({ options, source, admin, dataPlane, state, recheck }),
    }
  } catch (error) {
    clearInterval(recheck)
    await Promise.all([admin.close(), source.close()])
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
  dataPlane: DataPlane | undefined
  phase: 'starting' | 'ready' | 'draining'
}

interface StopContext {
  readonly options: ServeOptions
  readonly source: ObjectSource
  readonly admin: AdminServer
  readonly dataPlane: DataPlane
  readonly state: ControllerState
  readonly recheck: NodeJS.Timeout
}

function stopOnce({ options, source, admin, dataPlane, state, recheck }: StopContext): Controller['stop'] {
  let stopping: Promise<{ readonly cut: number }> | undefined
  const drain = async (): Promise<{ readonly cut: number }> => {
    state.phase = 'draining'
    clearInterval(recheck)
    const result = await dataPlane.drain({
      delayMs: options['drain-delay'] * 1000,
      timeoutMs: options['drain-timeout'] * 1000,
    })
    await source.close()
    await admin.close()
    return result
  }
  return async () => {
    if (stopping !== undefined) await dataPlane.drain({ delayMs: 0, timeoutMs: 0 })
    return (stopping ??= drain())
  }
}

function requireSnapshot({ snapshot }: ControllerState): Snapshot {
  if (snapshot === undefined) throw new Error('no snapshot was published yet')
  return snapshot
}

function endpointKeys(snapshot: Snapshot): ReadonlySet<string> {
  const keys = new Set<string>()
  for (const upstream of snapshot.upstreams.values()) for (const { key } of upstream.endpoints) keys.add(key)
  return keys
}

function portOf(bound: readonly BoundListener[], name: string): number {
  return bound.find(listener => listener.name === name)?.port ?? 0
}
