import type { RequestRecord } from '@ingresskit/proxy'
import type { Logger } from './log.ts'

/** Lines a second at most: whoever sends bad requests must not fill the disk. What is left out is counted. */
const maxLinesPerSecond = 100

/** Text of a client in a line at most. */
const maxTextLength = 256

/**
 * Logs the requests that the proxy answered or cut itself, with the reason that the client was not told, under the id it was told.
 * For when there is no access log: that has a line for every request, with the same fields, and these among them.
 *
 * `now` is in milliseconds and never goes back.
 */
export function requestLog(log: Logger, now: () => number): (record: RequestRecord) => void {
  let second = Number.NEGATIVE_INFINITY
  let lines = 0
  let leftOut = 0
  return record => {
    if (record.reason === undefined) return
    const current = Math.floor(now() / 1000)
    if (current !== second) {
      if (leftOut > 0) log.warn({ leftOut }, 'requests were refused faster than they are logged')
      second = current
      lines = 0
      leftOut = 0
    }
    lines += 1
    if (lines > maxLinesPerSecond) {
      leftOut += 1
      return
    }
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
