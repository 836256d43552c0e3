/** The record of a finished exchange. */

import type { HeadOutcome } from './inbound-head.ts'
import type { AttemptRecord, RequestRecord } from './request-record.ts'
import type { RouteLabels } from './route-decision.ts'

export interface ExchangeFacts {
  readonly status: number
  readonly reason: string | undefined
  readonly labels: RouteLabels | undefined
  readonly attempts: readonly AttemptRecord[]
  readonly durationMs: number
  readonly requestBytes: number
  readonly responseBytes: number
  readonly upgraded: boolean
}

/** Joins what the head said with what became of it. A refused head has no host, and its target as it was sent for a path. */
export function exchangeRecord(outcome: HeadOutcome, facts: ExchangeFacts): RequestRecord {
  const { request } = outcome
  const head = 'head' in request ? request.head : request
  return {
    requestId: head.requestId,
    clientAddress: head.clientAddress,
    method: head.method,
    scheme: head.scheme,
    host: 'host' in head ? head.host : '',
    path: 'path' in head ? head.path : head.target,
    status: facts.status,
    reason: facts.reason,
    labels: facts.labels,
    attempts: facts.attempts,
    durationMs: facts.durationMs,
    requestBytes: facts.requestBytes,
    responseBytes: facts.responseBytes,
    upgraded: facts.upgraded,
  }
}
