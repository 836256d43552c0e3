/** A running `ingresskit serve` with scripted backends, for the tests of one `describe`. */

import { afterAll, afterEach, beforeAll } from 'vitest'
import { ask, askJson } from '../../command/support/http-client.ts'
import { startServe, type RunningServer } from '../../command/support/ingresskit-process.ts'
import { manifestFolder, service, type ManifestFolder } from '../../command/support/manifests.ts'
import { problemsOf, type ProblemView } from '../../command/support/problem-of.ts'
import { counterSum, parseMetrics } from '../../command/support/prometheus-text.ts'
import { answeredBy, sendRequest, type ReceivedAnswer, type SentRequest } from '../../support/send-request.ts'
import { scriptedBackend, type ScriptedBackend } from './scripted-backend.ts'

/** What carries the traffic: its name for the title of a test, and the flags of `serve`. */
export type Setup = readonly [name: string, flags: readonly string[]]

/** Both data planes, each on one thread. */
export const dataPlanes: readonly Setup[] = [
  ['wire', ['--data-plane', 'wire']],
  ['http-proxy-3', ['--data-plane', 'http-proxy-3']],
]

export const twoWorkers: Setup = ['wire on two threads', ['--workers', '2']]

/** Both data planes, and more than one thread: where either may make a difference. */
export const everySetup: readonly Setup[] = [twoWorkers, ['http-proxy-3', ['--data-plane', 'http-proxy-3']]]

export interface SiteOptions {
  readonly flags: readonly string[]
  readonly backends: readonly string[]
  /** The manifests; `ports` are those of the named backends, all of them without names. */
  readonly objects: (ports: (...names: readonly string[]) => readonly number[]) => readonly object[]
}

/** `/api/v1/endpoints` as the README lists it. */
export interface EndpointView {
  readonly service: string
  readonly address: string
  readonly inFlight: number
  readonly picks: number
  readonly failures: number
  readonly meanLatencyMs: number | null
  readonly healthCheck: string | null
  readonly ejectedUntil: unknown
  readonly circuitBreaker: string | null
}

export interface BalancedSite {
  readonly server: RunningServer
  readonly folder: ManifestFolder
  backend(name: string): ScriptedBackend
  ports(...names: readonly string[]): readonly number[]
  /** Sends one request on a new connection. */
  send(sent: SentRequest): Promise<ReceivedAnswer>
  /** Name of the backend that answered it, or the status. */
  answeredBy(sent: SentRequest): Promise<string | number>
  /** Answers of `count` requests, ten at a time, by the backend's name or the status. */
  tally(count: number, sent: (index: number) => SentRequest): Promise<ReadonlyMap<string | number, number>>
  problems(): Promise<readonly ProblemView[]>
  endpoints(service: string): Promise<readonly EndpointView[]>
  /** The sum of the samples of one metric that have the labels; fails when there is none. */
  metric(name: string, labels: Readonly<Record<string, string>>): Promise<number>
}

/** Starts it before the tests of the `describe` that calls this; every backend echoes again and holds nothing after each test. */
export function balancedSite({ flags, backends: names, objects }: SiteOptions): BalancedSite {
  const backends = new Map<string, ScriptedBackend>()
  let server: RunningServer | undefined
  let folder: ManifestFolder | undefined
  const ports = (...wanted: readonly string[]): readonly number[] =>
    (wanted.length === 0 ? names : wanted).map(name => must(backends.get(name)).port)
  beforeAll(async () => {
    for (const name of names) backends.set(name, await scriptedBackend(name))
    folder = await manifestFolder({ 'site.yaml': objects(ports) })
    server = await startServe(folder.path, flags)
  })
  afterEach(() => {
    for (const backend of backends.values()) {
      backend.react = () => 'echo'
      backend.release()
    }
  })
  afterAll(async () => {
    server?.signal('SIGKILL')
    await server?.finished
    await Promise.all([...backends.values()].map(backend => backend.close()))
  })
  return {
    get server() {
      return must(server)
    },
    get folder() {
      return must(folder)
    },
    backend: name => must(backends.get(name)),
    ports,
    send: sent => sendRequest(must(server).http, sent),
    answeredBy: sent => answeredBy(must(server).http, sent),
    async tally(count, sent) {
      const tally = new Map<string | number, number>()
      for (let first = 0; first < count; first += 10) {
        const batch = Array.from({ length: Math.min(10, count - first) }, (_, index) => sent(first + index))
        for (const answer of await Promise.all(batch.map(one => answeredBy(must(server).http, one))))
          tally.set(answer, (tally.get(answer) ?? 0) + 1)
      }
      return tally
    },
    problems: () => problemsOf(must(server).admin),
    async endpoints(wanted) {
      const all = await askJson<readonly EndpointView[]>(must(server).admin, '/api/v1/endpoints')
      return all.filter(endpoint => endpoint.service === `default/${wanted}`)
    },
    async metric(name, labels) {
      const metrics = parseMetrics((await ask(must(server).admin, '/metrics')).body)
      if (!metrics.families.has(name)) throw new Error(`there is no metric ${name}`)
      return counterSum(metrics, new RegExp(`^${name}$`), labels)
    },
  }
}

/** `service` with annotations on the Service. */
export function annotatedService(
  name: string,
  ports: readonly number[],
  annotations: Readonly<Record<string, string>>,
): readonly object[] {
  return service(name, ports).map((object, index) =>
    index === 0 ? { ...object, metadata: { name, namespace: 'default', annotations } } : object,
  )
}

function must<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('the site exists only within a test')
  return value
}
