import type { ApiFailure } from '@ingresskit/kubernetes-watch'
import type { ObjectEvent } from './event-of-problem.ts'
import { eventText } from './event-text.ts'

/** What is done about an Event that could not be written. */
export type EventFailure =
  /** Its namespace is gone or going: nobody will read it. */
  | 'namespace-gone'
  /** We may not write in its namespace. */
  | 'forbidden'
  /** The API server will never take it. */
  | 'refused'
  /** It may go well another time. */
  | 'again'

/** Reads it out of the answer. */
export function eventFailure({ status, message }: ApiFailure): EventFailure {
  // The API server tells a namespace that is being deleted (plugin NamespaceLifecycle) from a missing right only in words.
  if (status === 404 || (status === 403 && message.includes('because it is being terminated'))) return 'namespace-gone'
  if (status === 403) return 'forbidden'
  const isTemporary = status < 400 || status >= 500 || [401, 408, 409, 429].includes(status)
  return isTemporary ? 'again' : 'refused'
}

/** How long a namespace in which we may not write is left alone. */
export const forbiddenMs = 300_000

/** What people are told; a namespace that goes is no news. */
export function eventFailureMessage(
  what: Exclude<EventFailure, 'namespace-gone'>,
  { object }: ObjectEvent,
  failure: ApiFailure,
): string {
  const { kind, namespace, name } = object
  const status = failure.status === 0 ? '' : `${failure.status} `
  const cause = `cannot write an Event on ${kind} ${namespace}/${name}: ${status}${eventText(failure.message, maxCauseBytes)}`
  switch (what) {
    case 'forbidden':
      return `${cause}; grant the RBAC verbs "create" and "patch" on "events" in API group "" with a ClusterRole, or a Role in each namespace; it is tried again every ${forbiddenMs / 60_000} minutes`
    case 'refused':
      return `${cause}; it is given up`
    case 'again':
      return `${cause}; it is tried again`
  }
}

const maxCauseBytes = 500
const firstDelayMs = 1000
const longestDelayMs = 60_000

/** The pause after the `failures`-th failure in a row: 1 s, doubled up to a minute, and up to half as much again at random. */
export function eventRetryDelayMs(failures: number, random: () => number): number {
  const exponent = Math.min(failures - 1, 10) // So that the power stays finite.
  return Math.min(longestDelayMs, firstDelayMs * 2 ** exponent) * (1 + random() / 2)
}
