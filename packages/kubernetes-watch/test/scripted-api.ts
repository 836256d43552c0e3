// An API server that says exactly what a test tells it to, byte by byte, without sockets.
import { Buffer } from 'node:buffer'
import type { ApiResponse, ClusterApi } from '../src/index.ts'

/** One request, to be answered by the test. */
export interface ScriptedRequest {
  /** The resource, e.g. `services`. */
  readonly plural: string
  readonly query: URLSearchParams
  /** Begins the answer. */
  answer(status: number, retryAfterMs?: number): void
  /** Sends a part of the body. */
  send(text: string): void
  end(): void
  /** Fails the request, or cuts its body. */
  cut(message: string): void
  isAborted(): boolean
}

/** A scripted API server. */
export interface ScriptedApi {
  readonly api: ClusterApi
  /** Every request so far. */
  readonly requests: readonly ScriptedRequest[]
  /** The request of that number for a resource, counted from 1; waits for it. */
  request(plural: string, number: number): Promise<ScriptedRequest>
}

/** One that was asked nothing yet. */
export function scriptedApi(): ScriptedApi {
  const requests: ScriptedRequest[] = []
  let waiting: (() => void)[] = []
  const find = (plural: string, number: number): ScriptedRequest | undefined =>
    requests.filter(request => request.plural === plural)[number - 1]
  return {
    requests,
    request: async (plural, number) => {
      let found = find(plural, number)
      while (!found) {
        await new Promise<void>(resolve => waiting.push(resolve))
        found = find(plural, number)
      }
      return found
    },
    api: {
      request: ({ path, signal }) => {
        const response = Promise.withResolvers<ApiResponse>()
        const body = new TransformStream<Uint8Array, Uint8Array>(
          undefined,
          { highWaterMark: 1e6 },
          { highWaterMark: 1e6 },
        )
        const writer = body.writable.getWriter()
        const ignore = (): void => undefined
        const cut = (message: string): void => {
          response.reject(new Error(message))
          void writer.abort(new Error(message)).catch(ignore)
        }
        signal.addEventListener('abort', () => cut('aborted'))
        const { pathname, searchParams } = new URL(path, 'http://scripted')
        requests.push({
          plural: pathname.split('/').at(-1) ?? '',
          query: searchParams,
          answer: (status, retryAfterMs) => response.resolve({ status, retryAfterMs, body: body.readable }),
          send: text => void writer.write(Buffer.from(text)).catch(ignore),
          end: () => void writer.close().catch(ignore),
          cut,
          isAborted: () => signal.aborted,
        })
        const due = waiting
        waiting = []
        for (const run of due) run()
        return response.promise
      },
      close: () => Promise.resolve(),
    },
  }
}

/** A line of a watch with an object in namespace `shop`. */
export function eventLine(type: string, name: string, version: number): string {
  const metadata = { name, namespace: 'shop', uid: `uid-of-${name}`, resourceVersion: String(version) }
  return `${JSON.stringify({ type, object: { metadata } })}\n`
}

/** A bookmark; with `initial-events-end`, the one after the initial events. */
export function bookmarkLine(version: number, kind: 'initial-events-end' | 'plain'): string {
  const annotations = kind === 'plain' ? {} : { annotations: { 'k8s.io/initial-events-end': 'true' } }
  return `${JSON.stringify({ type: 'BOOKMARK', object: { metadata: { resourceVersion: String(version), ...annotations } } })}\n`
}
