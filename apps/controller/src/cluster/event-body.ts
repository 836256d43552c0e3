import { createHash } from 'node:crypto'
import type { ObjectEvent } from './event-of-problem.ts'
import { eventText } from './event-text.ts'

/** Who tells it. */
export interface EventSource {
  /** Of all replicas alike, e.g. `ingresskit`. */
  readonly component: string
  /** This replica. */
  readonly instance: string
}

/** How often and since when. */
export interface EventOccurrences {
  readonly count: number
  /** Milliseconds since the epoch. */
  readonly firstMs: number
  readonly lastMs: number
}

/** What makes it this Event: equal for what is told as one. */
export function eventIdentity(event: ObjectEvent, component: string): string {
  const { object, type, reason, scope, field, message } = event
  const what = scope === 'combined' ? [] : [field, message]
  return JSON.stringify([component, object.uid, type, reason, scope, ...what])
}

/**
 * A name that is the same for the same Event, whichever replica tells it and however often: what was told before is found by
 * creating it again. A DNS subdomain of at most 253 characters, as names of objects are.
 */
export function eventName(event: ObjectEvent, component: string): string {
  const hash = createHash('sha256').update(eventIdentity(event, component)).digest('hex').slice(0, hashLength)
  // A label must not end with a dot or hyphen, which a cut may bring about.
  const start = event.object.name.slice(0, maxNameLength - hashLength - 1).replace(/[-.]+$/, '')
  return `${start}.${hash}`
}

const maxNameLength = 253 // RFC 1123 subdomain, as the Kubernetes API has it.
const hashLength = 16
/** The API's limit of `reportingInstance` (`ReportingInstanceLengthLimit`). */
const maxInstanceBytes = 128

/** The object to be created (core/v1 Event). Its namespace is that of the object it is about, as the API server demands. */
export function eventBody(
  event: ObjectEvent,
  source: EventSource,
  { count, firstMs, lastMs }: EventOccurrences,
): Readonly<Record<string, unknown>> {
  const { object, type, reason, message, field } = event
  const { kind, namespace, name, uid, apiVersion, resourceVersion } = object
  const instance = eventText(source.instance, maxInstanceBytes)
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: eventName(event, source.component), namespace },
    involvedObject: {
      apiVersion,
      kind,
      namespace,
      name,
      uid,
      ...(resourceVersion === undefined ? {} : { resourceVersion }),
      ...(field === null ? {} : { fieldPath: field }),
    },
    type,
    reason,
    message,
    source: { component: source.component, host: instance },
    reportingComponent: source.component,
    reportingInstance: instance,
    count,
    firstTimestamp: timestamp(firstMs),
    lastTimestamp: timestamp(lastMs),
  }
}

/** RFC 3339 to the second: what meta/v1 Time keeps. */
export function timestamp(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 'YYYY-MM-DDThh:mm:ss'.length)}Z`
}
