/** Reports finished requests to the embedding program. */

import type { RequestRecord } from './request-record.ts'

/** A reporter's fault is not the request's, whose connection must still go on to the next one: a throw is ignored. */
export function safeReporter(report: ((record: RequestRecord) => void) | undefined): (record: RequestRecord) => void {
  return record => {
    try {
      report?.(record)
    } catch {
      // Reported once; there is nobody else to tell.
    }
  }
}
