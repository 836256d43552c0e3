import type { RouteLabels } from './route-decision.ts'

/** One finished request, for metrics and the access log. Text from the client is raw: escape before printing. */
export interface RequestRecord {
  /** As in `RequestHead`. */
  readonly requestId: string
  /** As in `RequestHead`. */
  readonly clientAddress: string
  /** As the client sent it. */
  readonly method: string
  /** As in `RequestHead`. */
  readonly scheme: 'http' | 'https'
  /** As in `RequestHead`; empty when the request was refused before it had one. */
  readonly host: string
  /** Canonical; empty when the request was refused before it had one. */
  readonly path: string
  /** 0 when the client went away before a status was sent. */
  readonly status: number
  /** Why the proxy itself answered or cut the request; absent when a backend's answer was passed on whole. */
  readonly reason?: string | undefined
  /** Of the decision, if it had some. */
  readonly labels?: RouteLabels | undefined
  /** In order; empty when no endpoint was tried. */
  readonly attempts: readonly AttemptRecord[]
  /** From the head of the request to the last byte of the answer, or to the end of the tunnel. */
  readonly durationMs: number
  /** Bytes of the request body that were read. */
  readonly requestBytes: number
  /** Bytes of the answer's body that were written. */
  readonly responseBytes: number
  /** Whether it became a tunnel. */
  readonly upgraded: boolean
}

/** One try to have an endpoint answer. */
export interface AttemptRecord {
  /** Key of the endpoint. */
  readonly endpoint: string
  /**
   * `answered`: its answer was passed on whole, whatever the status. `status-retried`: its answer had a status that is retried, and was
   * dropped for another attempt. The others say how far it came.
   */
  readonly outcome:
    | 'answered'
    | 'status-retried'
    | 'connect-failed'
    | 'connect-timeout'
    | 'read-timeout'
    | 'reset'
    | 'invalid-response'
    | 'client-aborted'
  /** To the head of the answer, when there was one. */
  readonly latencyMs?: number
  /** Of the answer, when there was one. */
  readonly status?: number
}
