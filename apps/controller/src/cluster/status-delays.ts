// How long writes of statuses wait.
import type { ApiFailure } from '@ingresskit/kubernetes-watch'

const firstMs = 1_000
const longestMs = 60_000
/** Missing rights come by hand; each try costs one request for each of the writes under way. */
const forbiddenMs = 300_000

/** Before the next try after the `failures`-th failure in a row: 1 s, doubled up to a minute, and up to half as much again at random. */
export function statusRetryDelayMs(failures: number, random: () => number): number {
  // The exponent is bounded so that the power stays finite.
  return Math.min(longestMs, firstMs * 2 ** Math.min(failures - 1, 10)) * (1 + random() / 2)
}

/** How long a namespace is left alone in which nothing may be written. */
export function forbiddenDelayMs(random: () => number): number {
  return forbiddenMs * (1 + random() / 10)
}

/** Whether a failure says that the API server as a whole wants or needs a rest, and not that one write was wrong. */
export function concernsAll({ status, retryAfterMs }: ApiFailure): boolean {
  return status === 0 || status === 429 || status === 503 || retryAfterMs !== undefined
}
