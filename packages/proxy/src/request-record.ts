import type { RouteLabels } from './route-decision.ts'

/** One finished request, for metrics and the access log. Text from the client is raw: escape before printing. */
export interface RequestRecord {
  readonly requestId: string
  readonly clientAddress: string
  readonly method: string
  readonly scheme: 'http' | 'https'
  readonly host: string
  readonly path: string
  /** 0 when the client went away before a status was sent. */
  readonly status: number
  /** Why the proxy itself answered or cut the request; absent when a backend's answer was passed on whole. */
  readonly reason?: string
  readonly labels?: RouteLabels
  readonly attempts: readonly AttemptRecord[]
  readonly durationMs: number
  readonly requestBytes: number
  readonly responseBytes: number
  readonly upgraded: boolean
}

export interface AttemptRecord {
  readonly endpoint: string
  readonly outcome:
    | 'answered'
    | 'connect-failed'
    | 'connect-timeout'
    | 'read-timeout'
    | 'reset'
    | 'invalid-response'
    | 'client-aborted'
  /** To the first byte of the answer, when there was one. */
  readonly latencyMs?: number
}
