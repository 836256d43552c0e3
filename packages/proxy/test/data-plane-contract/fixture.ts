/** What every suite of the contract opens and closes: a data plane on a free port, backends, clients, and the records it reported. */

import {
  rawBackend,
  rawClient,
  echoBackend,
  type EchoBackend,
  type RawBackend,
  type RawConnection,
} from '@ingresskit/testkit'
import { afterEach } from 'vitest'
import {
  defaultRetryRules,
  type DataPlane,
  type DataPlaneOptions,
  type ForwardDecision,
  type RequestRecord,
  type Upstream,
  type UpstreamEndpoint,
} from '../../src/index.ts'

/** Makes the data plane under test. */
export type DataPlaneFactory = (options: DataPlaneOptions) => DataPlane

export interface OpenPlane {
  readonly plane: DataPlane
  readonly port: number
  readonly records: readonly RequestRecord[]
  /** Resolves with the n-th record (from 0), now or when it is reported. */
  record(index: number): Promise<RequestRecord>
  client(): Promise<RawConnection>
}

export interface Fixture {
  open(options: Partial<DataPlaneOptions> & Pick<DataPlaneOptions, 'route'>): Promise<OpenPlane>
  echo(name: string, handle?: Parameters<typeof echoBackend>[0]['handle']): Promise<EchoBackend>
  raw(handle: (connection: RawConnection, index: number) => void): Promise<RawBackend>
}

/** Everything opened through it is closed after each test. */
export function fixture(factory: DataPlaneFactory): Fixture {
  const closers: (() => Promise<unknown>)[] = []
  afterEach(async () => {
    await Promise.all(closers.splice(0).map(close => close()))
  })
  return {
    open: async options => {
      const records: RequestRecord[] = []
      const waiting = new Set<() => void>()
      const plane = factory({
        listeners: [{ name: 'http', host: '127.0.0.1', port: 0 }],
        canonicalPath: path =>
          path.includes('%00') ? { kind: 'rejected', reason: 'nul' } : { kind: 'canonical', path, matchPath: path },
        newRequestId: () => 'made-id',
        ...options,
        onRequest: record => {
          records.push(record)
          for (const check of waiting) check()
        },
      })
      const [bound] = await plane.listen()
      const port = bound?.port ?? 0
      const clients: RawConnection[] = []
      closers.push(() => {
        for (const { socket } of clients) socket.destroy()
        return plane.drain({ delayMs: 0, timeoutMs: 0 })
      })
      return {
        plane,
        port,
        records,
        record: index =>
          new Promise(resolve => {
            const check = (): void => {
              const record = records[index]
              if (record === undefined) return
              waiting.delete(check)
              resolve(record)
            }
            waiting.add(check)
            check()
          }),
        client: async () => {
          const client = await rawClient(port)
          clients.push(client)
          return client
        },
      }
    },
    echo: async (name, handle) => {
      const backend = await echoBackend({ name, ...(handle === undefined ? {} : { handle }) })
      closers.push(() => backend.close())
      return backend
    },
    raw: async handle => {
      const backend = await rawBackend(handle)
      closers.push(() => backend.close())
      return backend
    },
  }
}

export interface RecordingUpstream extends Upstream {
  /** One line per call: `started KEY`, `connected KEY`, `finished KEY OUTCOME`. */
  readonly calls: readonly string[]
}

/** Offers ports of this machine in the order given, the first one that is not excluded. */
export function portsInOrder(...ports: readonly number[]): RecordingUpstream {
  return endpointsInOrder(...ports.map(port => ({ key: `127.0.0.1:${port}`, address: '127.0.0.1', port })))
}

export function endpointsInOrder(...endpoints: readonly UpstreamEndpoint[]): RecordingUpstream {
  const calls: string[] = []
  return {
    calls,
    pick: ({ excluded }) => {
      const endpoint = endpoints.find(({ key }) => excluded?.has(key) !== true)
      return endpoint === undefined
        ? { kind: 'none', reason: endpoints.length === 0 ? 'no-endpoints' : 'all-excluded' }
        : { kind: 'picked', endpoint }
    },
    started: ({ key }) => {
      calls.push(`started ${key}`)
    },
    connected: ({ key }) => {
      calls.push(`connected ${key}`)
    },
    finished: ({ key }, { outcome }) => {
      calls.push(`finished ${key} ${outcome}`)
    },
  }
}

export function forwardTo(upstream: Upstream, overrides: Partial<ForwardDecision> = {}): ForwardDecision {
  const timeouts = { connectMs: 2000, readMs: 5000 }
  return { kind: 'forward', upstream, timeouts, retry: defaultRetryRules, ...overrides }
}

/** Splits a response as received: its head lines and what follows. */
export function parseResponse(text: string): { readonly status: number; readonly head: string; readonly body: string } {
  const end = text.indexOf('\r\n\r\n')
  return { status: Number(text.slice(9, 12)), head: text.slice(0, end), body: text.slice(end + 4) }
}

/** Whether the text holds whole responses with `Content-Length`, this many of them. */
export function responses(count: number): (text: string) => boolean {
  return text => {
    let at = 0
    for (let i = 0; i < count; i++) {
      const end = text.indexOf('\r\n\r\n', at)
      if (end < 0) return false
      const length = Number(/content-length: (\d+)/i.exec(text.slice(at, end))?.[1] ?? 0)
      at = end + 4 + length
      if (text.length < at) return false
    }
    return true
  }
}

export const get = (path: string, ...headers: readonly string[]): string => request('GET', path, headers)

export const request = (method: string, path: string, headers: readonly string[], body = ''): string =>
  `${[`${method} ${path} HTTP/1.1`, 'Host: site.test', ...headers].join('\r\n')}\r\n\r\n${body}`
