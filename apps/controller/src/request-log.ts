import type { RequestRecord } from '@ingresskit/proxy'
import { lineLimit } from './line-limit.ts'
import type { Logger } from './log.ts'

/** Text of a client in a line at most. */
const maxTextLength = 256

/**
 * Logs the requests that the proxy answered or cut itself, with the reason that the client was not told, under the id it was told.
 * For when there is no access log: that has a line for every request, with the same fields, and these among them.
 *
 * `now` is in milliseconds and never goes back.
 */
export function requestLog(log: Logger, now: () => number): (record: RequestRecord) => void {
  const mayWrite = lineLimit(now, leftOut => log.warn({ leftOut }, 'requests were refused faster than they are logged'))
  return record => {
    if (record.reason === undefined || mayWrite() === 'leave-out') return
    const level = record.status >= 500 ? 'warn' : 'info'
    log[level](fieldsOf(record), `${record.status} ${record.reason}`)
  }
}

function fieldsOf({
  requestId,
  reason,
  status,
  method,
  host,
  path,
  clientAddress,
  labels,
  attempts,
}: RequestRecord): object {
  return {
    requestId: cut(requestId),
    reason,
    status,
    method: cut(method),
    host: cut(host),
    path: cut(path),
    clientAddress,
    ...(labels === undefined ? {} : { namespace: labels.namespace, ingress: labels.ingress, service: labels.service }),
    ...(attempts.length === 0 ? {} : { attempts: attempts.map(({ endpoint, outcome }) => `${endpoint} ${outcome}`) }),
  }
}

function cut(text: string): string {
  return text.length > maxTextLength ? `${text.slice(0, maxTextLength)}…` : text
}
