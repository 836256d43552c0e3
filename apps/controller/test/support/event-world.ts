import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { clusterApi, loadClusterConfig } from '@ingresskit/kubernetes-watch'
import { fakeApiServer, type FakeApiServer, type StoredObject } from '@ingresskit/testkit'
import type { EventTarget } from '../../src/cluster/event-of-problem.ts'
import { type EventRecorder, eventRecorder, type EventRecorderOptions } from '../../src/cluster/event-recorder.ts'
import { type Problem, toProblem } from '../../src/problem.ts'
import { type SimulatedTime, simulatedTime } from './simulated-time.ts'

/** A fake API server whose objects have problems, and recorders that tell them. */
export interface EventWorld extends AsyncDisposable {
  readonly server: FakeApiServer
  readonly time: SimulatedTime
  /** What recorders said of their own failures. */
  readonly failures: readonly string[]
  recorder(options?: Partial<EventRecorderOptions>): EventRecorder
  /** As the controller finds objects: in what the server has. */
  readonly objectOf: (kind: string, namespace: string, name: string) => EventTarget | undefined
  /** Gives the recorder a state and lets it look at it. */
  look(recorder: EventRecorder, problems: readonly Problem[]): void
  /** Gives it a state, and returns when everything is told. */
  tell(recorder: EventRecorder, problems: readonly Problem[]): Promise<void>
  /** Waits until the server saw so many requests, and the last one is over. */
  answered(requests: number): Promise<void>
  /** The Events there are, without what names and times them. */
  told(): readonly {
    readonly type: unknown
    readonly reason: unknown
    readonly message: unknown
    readonly count: unknown
  }[]
  events(): readonly StoredObject[]
  /** `METHOD path` of each request so far. */
  requests(): readonly string[]
}

/** What is planned next, and nothing else is for that time, while a request is under way. */
const requestTimeoutMs = 10_000

/** Starts it. Ingress `shop/web` is there. */
export async function eventWorld(): Promise<EventWorld> {
  const server = await fakeApiServer()
  const folder = await mkdtemp(join(tmpdir(), 'event-world-'))
  const kubeconfig = join(folder, 'kubeconfig')
  await writeFile(kubeconfig, server.kubeconfigYaml())
  const api = clusterApi(await loadClusterConfig({ kubeconfig, environment: {} }))
  const time = simulatedTime()
  const failures: string[] = []
  const recorders: EventRecorder[] = []
  server.create({ kind: 'Ingress', metadata: { namespace: 'shop', name: 'web' } })

  const objectOf = (kind: string, namespace: string, name: string): EventTarget | undefined => {
    const object = server.get(kind, `${namespace}/${name}`)
    if (object === undefined) return undefined
    const { uid, resourceVersion } = object.metadata
    return { uid, resourceVersion, apiVersion: object.apiVersion }
  }
  const look = (recorder: EventRecorder, problems: readonly Problem[]): void => {
    recorder.update(problems, objectOf)
    time.advance(1000)
  }
  return {
    server,
    time,
    failures,
    recorder: options => {
      const recorder = eventRecorder({
        api,
        now: time.now,
        monotonicMs: time.monotonicMs,
        schedule: time.schedule,
        random: () => 0,
        instance: 'ingresskit-0',
        onFailure: message => void failures.push(message),
        ...options,
      })
      recorders.push(recorder)
      return recorder
    },
    objectOf,
    look,
    tell: async (recorder, problems) => {
      look(recorder, problems)
      await recorder.settled()
    },
    answered: async requests => {
      await server.until(() => server.requests().length >= requests)
      while (time.nextInMs() === requestTimeoutMs) await new Promise(setImmediate)
    },
    told: () =>
      server.list('Event').map(event => {
        const { type, reason, message, count } = event as Readonly<Record<string, unknown>>
        return { type, reason, message, count }
      }),
    events: () => server.list('Event'),
    requests: () => server.requests().map(({ method, path }) => `${method} ${path}`),
    [Symbol.asyncDispose]: async () => {
      const closed = Promise.all(recorders.map(recorder => recorder.close()))
      time.advance(2000)
      await closed
      await api.close()
      await server.close()
      await rm(folder, { recursive: true })
    },
  }
}

/** A missing Service of Ingress `shop/web`, or what is changed about that. */
export function problemOf(changes: Partial<Problem> = {}): Problem {
  const problem = toProblem({
    severity: 'error',
    reason: 'ServiceNotFound',
    kind: 'Ingress',
    namespace: 'shop',
    name: 'web',
    field: 'spec.rules[0].http.paths[0].backend.service.name',
    message: 'Service shop/web does not exist; create it or correct the name',
  })
  return { ...problem, ...changes }
}
