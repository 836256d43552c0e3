// How the fake API server writes its answers: JSON documents, and Status objects for failures.
import type { ServerResponse } from 'node:http'

/** The `reason` words of Status objects by HTTP status (Kubernetes API, meta/v1 StatusReason). */
const reasons: ReadonlyMap<number, string> = new Map([
  [400, 'BadRequest'],
  [401, 'Unauthorized'],
  [403, 'Forbidden'],
  [404, 'NotFound'],
  [405, 'MethodNotAllowed'],
  [409, 'Conflict'],
  [410, 'Expired'],
  [422, 'Invalid'],
  [429, 'TooManyRequests'],
  [500, 'InternalError'],
  [503, 'ServiceUnavailable'],
  [504, 'Timeout'],
])

/** A failure to be written. */
export interface StatusAnswer {
  readonly code: number
  /** Default: the usual word for the code. */
  readonly reason?: string
  readonly message?: string
  /** Sent as the Retry-After header and in `details`. */
  readonly retryAfterSeconds?: number
}

/** A Status object as the API server writes it. */
export function statusObject(answer: StatusAnswer): { readonly [field: string]: unknown } {
  const reason = answer.reason ?? reasons.get(answer.code) ?? 'Unknown'
  const details = answer.retryAfterSeconds === undefined ? {} : { retryAfterSeconds: answer.retryAfterSeconds }
  return {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message: answer.message ?? reason,
    reason,
    details,
    code: answer.code,
  }
}

/** Answers with a Status object. */
export function writeStatus(response: ServerResponse, answer: StatusAnswer): void {
  if (answer.retryAfterSeconds !== undefined) response.setHeader('Retry-After', String(answer.retryAfterSeconds))
  writeJson(response, answer.code, statusObject(answer))
}

/** Answers with a JSON document. */
export function writeJson(response: ServerResponse, code: number, document: unknown): void {
  const body = Buffer.from(JSON.stringify(document))
  response.writeHead(code, {
    'Cache-Control': 'no-cache, private',
    'Content-Type': 'application/json',
    'Content-Length': String(body.length),
  })
  response.end(body)
}
