/** The program of a worker thread: keeps its own snapshot by the changes it is told, and carries traffic by it. */

import { parentPort, workerData } from 'node:worker_threads'
import type { ObjectSnapshot } from '@ingresskit/kubernetes-watch'
import { createTlsStore } from '@ingresskit/tls-store'
import { pino } from 'pino'
import { RequestTallies } from '../admin/request-tallies.ts'
import { EndpointKeys } from '../balancing/endpoint-keys.ts'
import { machineEnvironment } from '../balancing/environment.ts'
import { upstreamStates } from '../balancing/upstream-state.ts'
import { HealthVerdicts } from '../health/health-verdicts.ts'
import { BuildInTurns } from '../snapshot/build-in-turns.ts'
import { SnapshotBuilder } from '../snapshot/snapshot-builder.ts'
import type { Snapshot } from '../snapshot/snapshot.ts'
import { dataPlaneOf, listenOn } from './data-plane-of.ts'
import type { ObjectChanges } from './object-changes.ts'
import { ObjectStore } from './object-store.ts'
import { requestRecorder } from './request-recorder.ts'
import { ThreadCounts } from './thread-counts.ts'
import type { DrainTimes, TrafficPorts } from './traffic.ts'
import type { FromWorker, ToWorker, WorkerSettings } from './worker-messages.ts'

const port = parentPort
if (port === null) throw new Error('this is the program of a worker thread; start the command "ingresskit" instead')
const say = (message: FromWorker): void => port.postMessage(message)

const { options, admission, fallbackIdentity, sessionKey, thread } = workerData as WorkerSettings
const tallies = new RequestTallies()
const log = pino({ level: options['log-level'], base: null }, { write: line => say({ kind: 'log', line }) })
const recorder = requestRecorder({ accessLog: options['access-log'] ? 'on' : 'off', tallies, log })
const store = new ObjectStore()
const counts = new ThreadCounts(thread)
const tlsStore = createTlsStore({ fallbackIdentity, now: Date.now })
const builder = new SnapshotBuilder({
  options,
  tlsStore,
  admission,
  now: Date.now,
  countsOf: name => counts.countsOf(name),
  environment: machineEnvironment,
  sessionKey,
})
const verdicts = new HealthVerdicts()
const endpointKeys = new EndpointKeys()
const builds = new BuildInTurns<{ readonly objects: ObjectSnapshot; readonly version: number }, Snapshot>({
  // Which Secrets are followed, and whether they were looked up, is the main thread's business, as is reporting problems.
  steps: ({ objects }) => builder.steps(objects, { follow: () => {}, settled: () => true }),
  done: (next, { version }) => makeLive(next, version),
  // The main thread built the same before, so this thread is not what it should be: it ends, and another takes its place.
  failed: error => {
    throw error
  },
})
const firstLive = Promise.withResolvers<void>()
const allStopped = Promise.withResolvers<void>()
let snapshot: Snapshot | undefined
let dataPlane: ReturnType<typeof dataPlaneOf> | undefined

process.on('uncaughtExceptionMonitor', () => say({ kind: 'dying', tallies: tallies.snapshot() }))
port.on('message', (message: ToWorker) => {
  switch (message.kind) {
    case 'publish':
      return publish(message)
    case 'listen':
      return void listen(message.ports)
    case 'tallies':
      tallies.forget(message.gone)
      return say({ kind: 'tallies', id: message.id, tallies: tallies.snapshot() })
    case 'load':
      return say({ kind: 'load', id: message.id, load: dataPlane?.load() ?? { connections: 0, requests: 0 } })
    case 'states':
      return say({
        kind: 'states',
        id: message.id,
        states: upstreamStates(snapshot?.upstreams ?? new Map(), machineEnvironment),
      })
    case 'health':
      // Of checks, too, that only a snapshot asks for that is being built.
      for (const verdict of message.verdicts) verdicts.set(verdict)
      return verdicts.applyTo(snapshot?.upstreams ?? new Map())
    case 'drain':
      return void drain(message.times)
    case 'all-stopped':
      return allStopped.resolve()
    default:
      return message satisfies never
  }
})

function publish({ version, objects, counts: changes, cause }: Extract<ToWorker, { kind: 'publish' }>): void {
  // Without the snapshot in between, which knows nothing of them, the next one would take over the counts that ended.
  if (counts.beginsAnew(changes)) builds.finish()
  counts.apply(changes)
  if (cause === 'recheck') builder.recheck()
  builds.want({ objects: store.apply(JSON.parse(objects) as ObjectChanges), version })
}

function makeLive(next: Snapshot, version: number): void {
  snapshot = next
  verdicts.applyTo(snapshot.upstreams)
  if (builds.isIdle) {
    verdicts.retain(snapshot.upstreams)
    counts.allLive()
  }
  endpointKeys.update(snapshot.upstreams)
  dataPlane?.retainEndpoints(endpointKeys)
  say({ kind: 'published', version })
  firstLive.resolve()
}

async function listen(ports: TrafficPorts): Promise<void> {
  await firstLive.promise
  dataPlane = dataPlaneOf({
    options,
    ports,
    sharing: 'reuse-port',
    tlsStore,
    snapshot: () => {
      if (snapshot === undefined) throw new Error('no snapshot was published yet')
      return snapshot
    },
    onRequest: record => recorder.record(record),
  })
  try {
    say({ kind: 'listening', ports: await listenOn(dataPlane) })
  } catch (error) {
    say({ kind: 'listen-failed', message: error instanceof Error ? error.message : String(error) })
  }
}

async function drain(times: DrainTimes): Promise<void> {
  const stopped = async (): Promise<void> => {
    say({ kind: 'stopped' })
    await allStopped.promise
  }
  const cut = (await dataPlane?.drain({ ...times, stopped }))?.cut ?? 0
  await recorder.close()
  say({ kind: 'drained', cut, tallies: tallies.snapshot() })
}
