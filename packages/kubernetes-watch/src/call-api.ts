// One request whose answer is an object: what reading and writing single objects needs.
import { type ApiFailure, failureOf, failureOfError } from './api-failure.ts'
import { readText } from './body-reader.ts'
import type { ApiRequest, ClusterApi } from './cluster-api.ts'

/** A request for one object. */
export interface ApiCall {
  /** `PATCH` needs the `contentType` of a patch. */
  readonly method: ApiRequest['method']
  /** With its query, beginning with `/api/` or `/apis/`. Names in it must be escaped by the caller. */
  readonly path: string
  /** Becomes JSON. */
  readonly body?: unknown
  /** Of the body; default `application/json`. */
  readonly contentType?: 'application/json' | 'application/merge-patch+json'
  /** Ends the call; it is answered as a failure then. */
  readonly signal: AbortSignal
}

/** What the API server said. */
export type ApiAnswer =
  /** 2xx, with the object, which is unvalidated. */
  | { readonly kind: 'ok'; readonly status: number; readonly object: Readonly<Record<string, unknown>> }
  /** Any other status, or no answer at all (status 0). */
  | { readonly kind: 'failed'; readonly failure: ApiFailure }

/** An object is at most 1.5 MiB in etcd (its default); this leaves room for what JSON adds. */
const maxAnswerBytes = 16 * 1024 * 1024
const bodyTimeoutMs = 10_000

/** Asks and reads the answer to its end; never rejects. */
export async function callApi(api: ClusterApi, call: ApiCall): Promise<ApiAnswer> {
  const { method, path, signal, contentType = 'application/json' } = call
  try {
    const response = await api.request({
      method,
      path,
      signal,
      bodyTimeoutMs,
      ...(call.body === undefined ? {} : { body: { text: JSON.stringify(call.body), contentType } }),
    })
    if (response.status < 200 || response.status > 299) return { kind: 'failed', failure: await failureOf(response) }
    const object: unknown = JSON.parse(await readText(response.body, maxAnswerBytes))
    if (typeof object !== 'object' || object === null || Array.isArray(object)) {
      return { kind: 'failed', failure: failureOfError('the answer is no object') }
    }
    return { kind: 'ok', status: response.status, object: object as Readonly<Record<string, unknown>> }
  } catch (error) {
    return { kind: 'failed', failure: failureOfError(error) }
  }
}
