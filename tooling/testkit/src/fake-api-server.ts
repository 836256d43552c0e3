// An in-memory Kubernetes API server over real sockets, behaving as the recordings of a real one, for tests.
import { once } from 'node:events'
import { createServer as createHttpServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import { stringify } from 'yaml'
import { writeJson, writeStatus } from './fake-api-server-answers.ts'
import { type FakeRequest, type Fault, type FaultAnswer, faultList } from './fake-api-server-faults.ts'
import { fakeLists, type FakeLists } from './fake-api-server-lists.ts'
import { fakeResources, parseResourcePath, type ResourcePath } from './fake-api-server-resources.ts'
import { type FakeObject, type FakeStore, fakeStore } from './fake-api-server-store.ts'
import { bookmarkLine, type FakeWatches, fakeWatches } from './fake-api-server-watches.ts'
import { answerWrite } from './fake-api-server-writes.ts'
import { requestOf } from './fake-api-server-requests.ts'

/** How to start one. */
export interface FakeApiServerOptions {
  /** PEM texts; with them it speaks HTTPS as `localhost`, with `ca` in its kubeconfig. Default: plain HTTP. */
  readonly tls?: { readonly certificate: string; readonly key: string; readonly ca: string }
  /** The bearer token that every request must carry, else 401. Default: none needed. */
  readonly token?: string
}

/** A running fake API server. Its objects are changed by a test directly or through the API. */
export interface FakeApiServer extends FakeStore, AsyncDisposable {
  /** e.g. `http://127.0.0.1:43211`. */
  readonly url: string
  /** A kubeconfig file's text whose only context, `fake`, is this server. */
  kubeconfigYaml(): string
  /** The token that is valid from now on; `undefined` = none needed. */
  setToken(token: string | undefined): void
  /** Orders a fault for the next matching requests. */
  failNext(fault: Fault): void
  /** Takes back the faults that were not used. */
  clearFaults(): void
  /** Sends a BOOKMARK with the newest resourceVersion to the open watches of a resource. */
  bookmark(plural: string): void
  /** Sends text as it is to the open watches of a resource; answers to how many. */
  sendRaw(plural: string, text: string): number
  /** Ends or resets the open watches, of one resource or of all; answers how many. */
  cutWatches(mode: 'end' | 'reset', plural?: string): number
  /** Makes every continue token handed out so far too old. */
  expireContinueTokens(): void
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
  const { tls } = options
  const requests: FakeRequest[] = []
  const sockets = new Set<Socket>()
  const faults = faultList()
  const waiting = new Set<{ condition: () => boolean; resolve: () => void }>()
  let accepted = 0
  let token = options.token

  const changed = (): void => {
    for (const waiter of waiting) {
      if (!waiter.condition()) continue
      waiting.delete(waiter)
      waiter.resolve()
    }
  }
  const store = fakeStore(event => {
    watches.publish(event)
    changed()
  })
  const lists = fakeLists(store)
  const watches = fakeWatches(store, changed)

  const handle = (incoming: IncomingMessage, response: ServerResponse): void => {
    const request = requestOf(incoming)
    requests.push(request)
    const fault = faults.take(request)
    if (fault) answerFault(fault, response)
    else if (token !== undefined && request.authorization !== `Bearer ${token}`) writeStatus(response, { code: 401 })
    else void answer({ store, lists, watches }, { request, incoming }, response)
    changed()
  }
  const server: Server = tls
    ? createHttpsServer({ cert: tls.certificate, key: tls.key }, handle)
    : createHttpServer(handle)
  server.on('connection', (socket: Socket) => {
    accepted += 1
    sockets.add(socket)
    socket.on('close', () => {
      sockets.delete(socket)
      changed()
    })
    changed()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const url = tls ? `https://localhost:${port}` : `http://127.0.0.1:${port}`

  const until = (condition: () => boolean): Promise<void> =>
    new Promise(resolve => {
      waiting.add({ condition, resolve })
      changed()
    })
  const close = async (): Promise<void> => {
    const closed = once(server, 'close')
    server.close()
    for (const socket of sockets) socket.destroy()
    await closed
  }

  return {
    ...store,
    url,
    kubeconfigYaml: () => kubeconfig({ url, ca: tls?.ca, token }),
    setToken: next => {
      token = next
    },
    failNext: fault => faults.add(fault),
    clearFaults: () => faults.clear(),
    bookmark: plural => {
      const resource = fakeResources.find(each => each.plural === plural)
      if (resource) watches.sendRaw(plural, bookmarkLine(resource, store.version()))
    },
    sendRaw: (plural, text) => watches.sendRaw(plural, text),
    cutWatches: (mode, plural) => watches.cut(plural, mode),
    expireContinueTokens: () => lists.expireTokens(),
    watches: plural => watches.count(plural),
    watchOpened: (plural, count = 1) => until(() => watches.count(plural) >= count),
    requests: () => requests,
    until,
    connections: () => ({ accepted, open: sockets.size }),
    close,
    [Symbol.asyncDispose]: close,
  }
}

interface Parts {
  readonly store: FakeStore
  readonly lists: FakeLists
  readonly watches: FakeWatches
}

async function answer(
  parts: Parts,
  { request, incoming }: { readonly request: FakeRequest; readonly incoming: IncomingMessage },
  response: ServerResponse,
): Promise<void> {
  const path = parseResourcePath(request.path)
  if (request.path === '/version') return writeJson(response, 200, { major: '1', minor: '36', gitVersion: 'v1.36.0' })
  if (!path) return writeStatus(response, { code: 404, message: 'the server could not find the requested resource' })
  switch (request.verb) {
    case 'list':
      return parts.lists.list(path, request.query, response)
    case 'watch':
      return parts.watches.open(path, request.query, response)
    case 'get':
      return answerGet(parts.store, path, response)
    default: {
      const chunks: Buffer[] = []
      for await (const chunk of incoming) chunks.push(chunk as Buffer)
      const text = Buffer.concat(chunks).toString()
      const body = text === '' ? undefined : (JSON.parse(text) as FakeObject)
      return answerWrite(parts.store, { method: request.method, path, body }, response)
    }
  }
}

function answerGet(store: FakeStore, path: ResourcePath, response: ServerResponse): void {
  const name = path.name ?? ''
  const object = store.get(path.resource.kind, path.namespace === undefined ? name : `${path.namespace}/${name}`)
  if (object) return writeJson(response, 200, object)
  return writeStatus(response, { code: 404, message: `${path.resource.plural} "${name}" not found` })
}

function answerFault(fault: FaultAnswer, response: ServerResponse): void {
  switch (fault.kind) {
    case 'status':
      return writeStatus(response, fault)
    case 'reset':
      return void response.socket?.resetAndDestroy()
    case 'body':
      response.writeHead(200, { 'Content-Type': 'application/json' })
      return void response.write(fault.text, () => {
        if (fault.ending === 'reset') response.socket?.resetAndDestroy()
        else response.end()
      })
    case 'hang':
      return undefined
  }
}

function kubeconfig(server: {
  readonly url: string
  readonly ca: string | undefined
  readonly token: string | undefined
}): string {
  const { url, ca, token } = server
  const trust =
    ca === undefined
      ? { 'insecure-skip-tls-verify': true }
      : { 'certificate-authority-data': Buffer.from(ca).toString('base64') }
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'fake',
    clusters: [{ name: 'fake', cluster: { server: url, ...trust } }],
    users: [{ name: 'fake', user: token === undefined ? {} : { token } }],
    contexts: [{ name: 'fake', context: { cluster: 'fake', user: 'fake' } }],
  })
}
