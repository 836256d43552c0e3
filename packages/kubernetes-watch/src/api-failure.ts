// What goes wrong between a source and the API server.
import type { ApiResponse } from './cluster-api.ts'
import { readText } from './body-reader.ts'
import { boundedRetryAfterMs } from './retry-after.ts'
import { isRecord } from './unvalidated.ts'
import type { WatchedResource } from './watched-resources.ts'

/** One failed request or watch. */
export interface ApiFailure {
  /** HTTP status or code of a Status object; 0 when there was no answer. */
  readonly status: number
  /** The server's own words, or what kept the answer away; it may be in the language of whatever is in between. */
  readonly message: string
  /** How long the server asks to be left alone. */
  readonly retryAfterMs: number | undefined
}

/** What was being read: a kind, in all namespaces or one, all of it or one object. */
export interface WatchTarget {
  readonly resource: WatchedResource
  readonly namespace: string | undefined
  readonly name: string | undefined
}

/** Status objects are small; longer error pages (of proxies) are cut. */
const maxStatusBytes = 64 * 1024

/** Reads the failure out of an answer that is no success. */
export async function failureOf(response: ApiResponse): Promise<ApiFailure> {
  const text = await readText(response.body, maxStatusBytes).catch(() => '')
  const { status, retryAfterMs } = response
  try {
    const failure = failureOfStatus(JSON.parse(text))
    return { ...failure, status, retryAfterMs: retryAfterMs ?? failure.retryAfterMs }
  } catch {
    return { status, message: text.slice(0, 200), retryAfterMs }
  }
}

/** Reads the failure out of a Status object (meta/v1), as in-stream ERROR events carry. */
export function failureOfStatus(status: unknown): ApiFailure {
  const fields = typeof status === 'object' && status !== null ? new Map(Object.entries(status)) : new Map()
  const code: unknown = fields.get('code')
  const message: unknown = fields.get('message')
  const details: unknown = fields.get('details')
  const seconds = isRecord(details) ? details['retryAfterSeconds'] : undefined
  return {
    status: typeof code === 'number' ? code : 0,
    message: typeof message === 'string' ? message : 'no message',
    retryAfterMs: typeof seconds === 'number' ? boundedRetryAfterMs(seconds * 1000) : undefined,
  }
}

/** The failure of a request that had no answer. */
export function failureOfError(error: unknown): ApiFailure {
  const code = error instanceof Error && 'code' in error ? ` (${String(error.code)})` : ''
  const message = error instanceof Error ? error.message : String(error)
  return { status: 0, message: `${message}${code}`, retryAfterMs: undefined }
}
