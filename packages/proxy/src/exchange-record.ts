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
  const { reason, labels, ...rest } = facts
  const head =
    outcome.kind === 'accepted' ? outcome.request.head : { ...outcome.request, host: '', path: outcome.request.target }
  return {
    requestId: head.requestId,
    clientAddress: head.clientAddress,
    method: head.method,
    scheme: head.scheme,
    host: head.host,
    path: head.path,
    ...rest,
    ...(reason === undefined ? {} : { reason }),
    ...(labels === undefined ? {} : { labels }),
  }
}
