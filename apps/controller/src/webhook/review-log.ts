// What the log says of reviews: names of reasons, and never what an Ingress contains.
import { lineLimit } from '../line-limit.ts'
import type { Logger } from '../log.ts'
import type { Review } from './review-ingress.ts'
import type { WebhookServerOptions } from './webhook-server.ts'

/** Logs what a webhook server tells of its reviews. `now` is in milliseconds. */
export function reviewLog(log: Logger, now: () => number): Pick<WebhookServerOptions, 'onReview' | 'onFailure'> {
  const mayWrite = lineLimit(now, leftOut => log.warn({ leftOut }, 'reviews came faster than they are logged'))
  return {
    onReview: review => {
      if (mayWrite() === 'write') logReview(log, review)
    },
    onFailure: failure => {
      if (mayWrite() === 'write') log.warn(failure, failure.message)
    },
  }
}

function logReview(log: Logger, review: Review): void {
  if (review.kind === 'malformed') return log.warn({ reason: review.message }, 'a question could not be read')
  const { uid, status, warnings } = review.answer.response
  const reasons = [...new Set(status?.details.causes.map(({ reason }) => reason))]
  const level = review.verdict === 'denied' ? 'info' : 'debug'
  log[level]({ uid, verdict: review.verdict, reasons, warnings: warnings?.length ?? 0 }, 'review')
}
