import type { Problem } from '../problem.ts'
import { eventText } from './event-text.ts'

/** What an Event needs to know of the object it is about. */
export interface EventTarget {
  readonly uid: string
  /** Of the state that was looked at; `undefined` is left out of the Event. */
  readonly resourceVersion: string | undefined
  /** E.g. `networking.k8s.io/v1`. */
  readonly apiVersion: string
}

/** One thing to be told about one object. */
export interface ObjectEvent {
  readonly type: 'Warning' | 'Normal'
  /** Stable word of at most 128 bytes. */
  readonly reason: string
  /** At most 1024 bytes, without control characters. */
  readonly message: string
  /** `combined`: stands for several similar ones, and its message for the newest of them. */
  readonly scope: 'single' | 'combined'
  readonly object: EventTarget & { readonly kind: string; readonly namespace: string; readonly name: string }
  /** JSON path of the field that it is about; `null` when it is about the object as a whole or about several fields. */
  readonly field: string | null
}

/** The reason of every recovery. */
export const resolvedReason = 'Resolved'

/** Limits of the API server: `ReasonLengthLimit` and `NoteLengthLimit` in kubernetes pkg/apis/core/validation/events.go. */
const maxReasonBytes = 128
const maxMessageBytes = 1024

/** A problem that names an object in a namespace. */
export interface ObjectProblem extends Problem {
  readonly kind: string
  readonly namespace: string
  readonly name: string
}

/** Problems of the source, whose object is only what could not be read. */
const sourceReasons: ReadonlySet<string> = new Set(['WatchFailed', 'MalformedAnswer'])

/**
 * Whether an Event can be about it. Problems without an object, of cluster-scoped objects and of the source itself are for the log and
 * the admin API alone.
 */
export function isObjectProblem(problem: Problem): problem is ObjectProblem {
  const isNamed = [problem.kind, problem.namespace, problem.name].every(part => part !== null && part !== '')
  return isNamed && !sourceReasons.has(problem.reason)
}

/** The Warning that tells a problem: its field, what is wrong and what to do. */
export function warningEvent(problem: ObjectProblem, target: EventTarget): ObjectEvent {
  const { message, field } = problem
  const place = field === null || field === '' ? '' : `${field}: `
  return event('Warning', { ...problem, message: place + message }, target)
}

/** The Normal Event that tells its end. `Resolved` is also right when nobody mended it, but what it was about is gone. */
export function resolvedEvent(problem: ObjectProblem, target: EventTarget): ObjectEvent {
  const { reason, field } = problem
  const place = field === null || field === '' ? '' : ` at ${field}`
  return event(
    'Normal',
    { ...problem, reason: resolvedReason, message: `${reason}${place} is no longer a problem` },
    target,
  )
}

function event(type: ObjectEvent['type'], problem: ObjectProblem, target: EventTarget): ObjectEvent {
  const { kind, namespace, name, reason, message, field } = problem
  const { uid, resourceVersion, apiVersion } = target
  return {
    type,
    reason: eventText(reason, maxReasonBytes),
    message: eventText(message, maxMessageBytes),
    scope: 'single',
    object: { kind, namespace, name, uid, resourceVersion, apiVersion },
    field: field === null || field === '' ? null : eventText(field, maxMessageBytes),
  }
}
