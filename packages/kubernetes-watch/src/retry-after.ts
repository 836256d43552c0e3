/** Longer waits asked for by the server are cut to this, so that a wrong header can't silence a source for hours. */
const maxRetryAfterMs = 300_000

/** Header fields of an answer, by lower-case name. */
type Headers = Readonly<Record<string, string | readonly string[] | undefined>>

/**
 * How long the server asks to be left alone (RFC 9110 §10.2.3), in milliseconds, 5 minutes at most; `undefined` when it
 * does not say. A date is taken relative to the answer's own `Date`, so that clocks may differ; `nowMs` stands in for it.
 */
export function retryAfterMs(headers: Headers, nowMs: number): number | undefined {
  const value = headers['retry-after']
  if (typeof value !== 'string') return undefined
  if (/^ *[0-9]+ *$/.test(value)) return boundedRetryAfterMs(Number(value) * 1000)
  const at = /^ *[A-Z][a-z]+,? /.test(value) ? Date.parse(value) : Number.NaN
  if (Number.isNaN(at)) return undefined
  const sentAt = Date.parse(String(headers['date']))
  return boundedRetryAfterMs(at - (Number.isNaN(sentAt) ? nowMs : sentAt))
}

/** A wait that a server asked for, from 0 to 5 minutes. */
export function boundedRetryAfterMs(delayMs: number): number {
  return Math.min(Math.max(0, delayMs), maxRetryAfterMs)
}
