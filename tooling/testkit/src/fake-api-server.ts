// An in-memory Kubernetes API server over real sockets, behaving as the recordings of a real one, for tests.
import { createServer as createHttpServer, type Server } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import { fakeAccess, type FakeAuthorizer } from './fake-api-server-access.ts'
import { fakeConnections } from './fake-api-server-connections.ts'
import { type FakeRequest, type Fault, faultList, type RequestFilter } from './fake-api-server-faults.ts'
import { type Garbage, garbageText } from './fake-api-server-garbage.ts'
import { fakeApiHandler } from './fake-api-server-handler.ts'
import { kubeconfigYaml } from './fake-api-server-kubeconfig.ts'
import { fakeLists } from './fake-api-server-lists.ts'
import { fakeResources, resourceOfPlural } from './fake-api-server-resources.ts'
import { type FakeSchedule, realSchedule } from './fake-api-server-schedule.ts'
import { fakeStalls } from './fake-api-server-stalls.ts'
import { type FakeStore, fakeStore } from './fake-api-server-store.ts'
import type { CutMode } from './fake-api-server-stream.ts'
import { conditionWaits } from './fake-api-server-waits.ts'
import { fakeWatches } from './fake-api-server-watches.ts'

/** How to start one. */
export interface FakeApiServerOptions {
  /** PEM texts; with them it speaks HTTPS as `localhost`, with `ca` in its kubeconfig. Default: plain HTTP. */
  readonly tls?: { readonly certificate: string; readonly key: string; readonly ca: string }
  /** The bearer token that every request must carry, else 401. Default: none needed. */
  readonly token?: string
  /** Further users by their bearer tokens; with them, as with `token`, a request without a valid token gets 401. */
  readonly users?: ReadonlyMap<string, string>
  /** Which requests are allowed; the others get 403. Default: all. */
  readonly authorize?: FakeAuthorizer
  /** Time for bookmarks, `timeoutSeconds`, and slow answers. Default: Node.js timers. */
  readonly schedule?: FakeSchedule
  /** How often watches that allow bookmarks get one. Default: 60,000, as the real server. */
  readonly bookmarkIntervalMs?: number
  /** Whether watches with `sendInitialEvents` are known; else they get 422, as from older servers. Default: yes. */
  readonly watchList?: boolean
  /** How many events watches can go back at least; with more, older resourceVersions get 410. Default: 10,000. */
  readonly historyLength?: number
  /** Whether EndpointSlices with loopback addresses are refused, as the real server does. Default: no, for tests. */
  readonly refuseLoopback?: boolean
  /**
   * Whether writes through the API with fields or types that the API's schemas don't know are refused with 400, as the real
   * server does when it is asked for `fieldValidation=Strict`; else it drops them, and this one stores them. Default: no.
   */
  readonly strict?: boolean
}

/** In which state a server comes back. */
export interface ComeBackOptions {
  /** Whether older resourceVersions are good still, or get 410. Default: `compacted`. */
  readonly history?: 'kept' | 'compacted'
  /** `cold`: the first watch of each resource is put off with 429, as while a real server fills its cache. Default: `warm`. */
  readonly watchCache?: 'warm' | 'cold'
}

/** A running fake API server. Its objects are changed by a test directly or through the API. */
export interface FakeApiServer extends FakeStore, AsyncDisposable {
  /** e.g. `http://127.0.0.1:43211`. */
  readonly url: string
  /** A kubeconfig file's text whose only context, `fake`, is this server; with its token, or the one of another user. */
  kubeconfigYaml(token?: string): string
  /** The token that is valid from now on; `undefined` = none needed. */
  setToken(token: string | undefined): void
  /** Which requests are allowed from now on; `undefined` = all. */
  setAuthorize(authorize: FakeAuthorizer | undefined): void
  /** Orders a fault for the next matching requests. */
  failNext(fault: Fault): void
  /** Takes back the faults that were not used. */
  clearFaults(): void
  /**
   * Sends nothing any more to the requests that the filter selects (default: all), without closing anything, until
   * `resume`; then everything that waited. Answers how many requests are open among them.
   */
  stall(filter?: RequestFilter): number
  /** Ends every stall. */
  resume(): void
  /** Sends a BOOKMARK with the newest resourceVersion to the open watches of a resource that allow it; answers how many. */
  bookmark(plural: string): number
  /** Sends text as it is to the open watches of a resource; answers to how many. */
  sendRaw(plural: string, text: string): number
  /** Sends garbage to the open watches of a resource; answers to how many. */
  sendGarbage(plural: string, garbage: Garbage): number
  /**
   * Sends the events after a resourceVersion (default: all that are remembered) once more to the open watches of a
   * resource, in their order or backwards; answers how many events. Throws when they are forgotten.
   */
  sendAgain(plural: string, options?: { readonly order?: 'same' | 'reversed'; readonly after?: number }): number
  /** Ends, closes or resets the open watches, of one resource or of all; answers how many. */
  cutWatches(mode: CutMode, plural?: string): number
  /** Closes or resets every connection; answers how many. */
  cutConnections(mode: 'fin' | 'reset'): number
  /** Makes every continue token handed out so far too old. */
  expireContinueTokens(): void
  /** Resets every connection and refuses new ones, until `comeBack`. What is changed meanwhile happens. */
  goAway(): Promise<void>
  /** Listens again, at the same address. */
  comeBack(options?: ComeBackOptions): Promise<void>
  /** Goes away and comes back. */
  restart(options?: ComeBackOptions): Promise<void>
  /** How many watches are open, of one resource or of all. */
  watches(plural?: string): number
  /** Resolves once at least `count` watches (default 1) of a resource are open. */
  watchOpened(plural: string, count?: number): Promise<void>
  /** Every request so far, oldest first. */
  requests(): readonly FakeRequest[]
  /** Resolves once the condition holds; it is looked at whenever a request, watch, event or connection comes or goes. */
  until(condition: () => boolean): Promise<void>
  /** TCP connections accepted so far, and those that are open now. */
  connections(): { readonly accepted: number; readonly open: number }
  /** Resets every connection and stops listening. */
  close(): Promise<void>
}

/** Starts one on a free port of the loopback address. */
export async function fakeApiServer(options: FakeApiServerOptions = {}): Promise<FakeApiServer> {
  const { tls, token, users = new Map(), authorize, schedule = realSchedule } = options
  const {
    bookmarkIntervalMs = 60_000,
    watchList = true,
    historyLength = 10_000,
    refuseLoopback = false,
    strict = false,
  } = options
  const requests: FakeRequest[] = []
  const waits = conditionWaits()
  const faults = faultList()
  const stalls = fakeStalls()
  const coldCaches = new Set<string>()
  const access = fakeAccess({ token, users, authorize })
  const store = fakeStore(historyLength, event => {
    watches.publish(event)
    waits.changed()
  })
  const lists = fakeLists(store)
  const watches = fakeWatches(store, { schedule, bookmarkIntervalMs, watchList }, waits.changed)
  const server: Server = tls ? createHttpsServer({ cert: tls.certificate, key: tls.key }) : createHttpServer()
  const connections = fakeConnections(server, waits.changed)
  const handle = fakeApiHandler({
    store,
    lists,
    watches,
    faults,
    stalls,
    access,
    schedule,
    limits: { refuseLoopback, strict },
    coldCaches,
    reset: connections.reset,
    onRequest: request => requests.push(request),
  })
  server.on('request', (incoming, response) => {
    handle(incoming, response)
    waits.changed()
  })
  await connections.listen()
  const url = tls ? `https://localhost:${connections.port()}` : `http://127.0.0.1:${connections.port()}`

  const comeBack = async ({ history = 'compacted', watchCache = 'warm' }: ComeBackOptions = {}): Promise<void> => {
    if (history === 'compacted') compact()
    if (watchCache === 'cold') for (const { plural } of fakeResources) coldCaches.add(plural)
    await connections.listen()
  }
  const compact = (): void => {
    store.compact()
    lists.expireTokens()
  }

  return {
    ...store,
    compact,
    url,
    kubeconfigYaml: (token = access.token()) => kubeconfigYaml({ url, ca: tls?.ca, token }),
    setToken: access.setToken,
    setAuthorize: access.setAuthorize,
    failNext: fault => faults.add(fault),
    clearFaults: () => faults.clear(),
    stall: (filter = {}) => stalls.stall(filter),
    resume: () => stalls.resume(),
    bookmark: plural => watches.bookmark(plural),
    sendRaw: (plural, text) => watches.sendRaw(plural, text),
    sendGarbage: (plural, garbage) => watches.sendRaw(plural, garbageText(resourceOfPlural(plural), garbage)),
    sendAgain: (plural, { order = 'same', after } = {}) => {
      const remembered = store.eventsAfter(after ?? store.oldestVersion())
      if (remembered === 'expired') throw new Error(`the events after resourceVersion ${after} are forgotten`)
      const events = remembered.filter(event => event.plural === plural)
      watches.sendAgain(order === 'same' ? events : events.toReversed())
      return events.length
    },
    cutWatches: (mode, plural) => watches.cut(plural, mode),
    cutConnections: mode => connections.cut(mode),
    expireContinueTokens: () => lists.expireTokens(),
    goAway: () => connections.stop(),
    comeBack,
    restart: async options => {
      await connections.stop()
      await comeBack(options)
    },
    watches: plural => watches.count(plural),
    watchOpened: (plural, count = 1) => waits.until(() => watches.count(plural) >= count),
    requests: () => requests,
    until: waits.until,
    connections: () => connections.counts(),
    close: () => connections.stop(),
    [Symbol.asyncDispose]: () => connections.stop(),
  }
}
