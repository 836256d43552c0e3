// How the fake API server writes its answers: JSON documents, and Status objects for failures.
import type { AnswerStream } from './fake-api-server-stream.ts'

/** The `reason` words of Status objects by HTTP status (Kubernetes API, meta/v1 StatusReason). */
const reasons: ReadonlyMap<number, string> = new Map([
  [400, 'BadRequest'],
  [401, 'Unauthorized'],
  [403, 'Forbidden'],
  [404, 'NotFound'],
  [405, 'MethodNotAllowed'],
  [409, 'Conflict'],
  [410, 'Expired'],
  [415, 'UnsupportedMediaType'],
  [422, 'Invalid'],
  [429, 'TooManyRequests'],
  [500, 'InternalError'],
  [503, 'ServiceUnavailable'],
  [504, 'Timeout'],
])

/** One of several causes of a failure. */
export interface StatusCause {
  readonly reason: string
  readonly message: string
  readonly field?: string
}

/** What a failure is about. */
export interface StatusDetails {
  readonly name?: string
  readonly group?: string
  readonly kind?: string
  readonly uid?: string
  readonly causes?: readonly StatusCause[]
}

/** A failure to be written. */
export interface StatusAnswer {
  readonly code: number
  /** Default: the usual word for the code. */
  readonly reason?: string
  readonly message?: string
  readonly details?: StatusDetails
  /** A continue token, for a list that can go on nevertheless. */
  readonly continue?: string
  /** Sent as the Retry-After header and in `details`. */
  readonly retryAfterSeconds?: number
}

/** A Status object as the API server writes it. */
export function statusObject(answer: StatusAnswer): { readonly [field: string]: unknown } {
  const { code, retryAfterSeconds } = answer
  const reason = answer.reason ?? reasons.get(code) ?? 'Unknown'
  const details = { ...answer.details, ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }) }
  return {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: answer.continue === undefined ? {} : { continue: answer.continue },
    status: 'Failure',
    message: answer.message ?? reason,
    reason,
    ...(Object.keys(details).length > 0 ? { details } : {}),
    code,
  }
}

/** Answers with a Status object. */
export function writeStatus(stream: AnswerStream, answer: StatusAnswer): void {
  const { code, retryAfterSeconds } = answer
  writeText(stream, JSON.stringify(statusObject(answer)), {
    code,
    headers: {
      ...(retryAfterSeconds === undefined ? {} : { 'Retry-After': String(retryAfterSeconds) }),
      ...(code === 403 ? { 'X-Content-Type-Options': 'nosniff' } : {}),
    },
  })
}

/** What goes before a text. */
export interface TextHead {
  readonly code: number
  /** In addition to the usual ones; a Content-Type here replaces `application/json`. */
  readonly headers?: Readonly<Record<string, string>>
}

/** Answers with a text, as a rule JSON. */
export function writeText(stream: AnswerStream, text: string, { code, headers }: TextHead): void {
  stream.head(code, {
    'Cache-Control': 'no-cache, private',
    'Content-Type': 'application/json',
    'Content-Length': String(Buffer.byteLength(text)),
    ...headers,
  })
  stream.write(text)
  stream.end()
}
