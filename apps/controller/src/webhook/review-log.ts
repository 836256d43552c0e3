// What the log says of reviews: names of reasons, and never what an Ingress contains.
import type { Logger } from '../log.ts'
import type { Review } from './review-ingress.ts'
import type { WebhookServerOptions } from './webhook-server.ts'

/** Lines a second at most: whoever reaches the port must not fill the disk. What is left out is counted. */
export const maxLinesPerSecond = 100

/** Logs what a webhook server tells of its reviews. `now` is in milliseconds. */
export function reviewLog(log: Logger, now: () => number): Pick<WebhookServerOptions, 'onReview' | 'onFailure'> {
  let second = Number.NEGATIVE_INFINITY
  let lines = 0
  let leftOut = 0
  const isLeftOut = (): boolean => {
    const current = Math.floor(now() / 1000)
    if (current !== second) {
      if (leftOut > 0) log.warn({ leftOut }, 'reviews came faster than they are logged')
      second = current
      lines = 0
      leftOut = 0
    }
    lines += 1
    if (lines > maxLinesPerSecond) leftOut += 1
    return lines > maxLinesPerSecond
  }
  return {
    onReview: review => {
      if (!isLeftOut()) logReview(log, review)
    },
    onFailure: failure => {
      if (!isLeftOut()) log.warn(failure, failure.message)
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
