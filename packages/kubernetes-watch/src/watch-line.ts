// What one line of a watch says (Kubernetes API, meta/v1 WatchEvent).
import { type ApiFailure, failureOfStatus } from './api-failure.ts'
import { arrivingObject, type MalformedObject } from './arriving-object.ts'
import type { KubernetesObject } from './kubernetes-object.ts'
import type { WatchedResource } from './watched-resources.ts'

/** A change to one object. */
export interface ObjectEvent {
  readonly kind: 'put' | 'delete'
  readonly object: KubernetesObject
}

/** One line, read. */
export type WatchLine =
  /** `isAdded`: as initial events are. */
  | { readonly kind: 'event'; readonly event: ObjectEvent; readonly isAdded: boolean }
  | {
      readonly kind: 'bookmark'
      readonly resourceVersion: string | undefined
      /** Whether it is the one that ends the initial events of a watch-list (KEP-3157). */
      readonly endsInitialEvents: boolean
    }
  /** The watch is over, and why. */
  | { readonly kind: 'error'; readonly failure: ApiFailure }
  | MalformedObject

/** Reads a line; never throws. */
export function readWatchLine(line: string, resource: WatchedResource): WatchLine {
  let parsed: { readonly type?: unknown; readonly object?: unknown } | null
  try {
    parsed = JSON.parse(line) as typeof parsed
  } catch {
    return malformed('a line that is no JSON')
  }
  const type = parsed?.type
  const object = parsed?.object
  switch (type) {
    case 'ERROR':
      return { kind: 'error', failure: failureOfStatus(object) }
    case 'BOOKMARK':
      return readBookmark(object)
    case 'ADDED':
    case 'MODIFIED':
    case 'DELETED': {
      const arrived = arrivingObject(object, resource)
      if (arrived.kind === 'malformed') return arrived
      const kind = type === 'DELETED' ? 'delete' : 'put'
      return { kind: 'event', event: { kind, object: arrived.object }, isAdded: type === 'ADDED' }
    }
    default:
      return malformed('an event of an unknown type')
  }
}

function readBookmark(object: unknown): WatchLine {
  const { metadata } = (object ?? {}) as {
    readonly metadata?: { readonly resourceVersion?: unknown; readonly annotations?: unknown } | null
  }
  const resourceVersion = typeof metadata?.resourceVersion === 'string' ? metadata.resourceVersion : undefined
  const annotations = (metadata?.annotations ?? {}) as { readonly [annotation: string]: unknown }
  return { kind: 'bookmark', resourceVersion, endsInitialEvents: annotations['k8s.io/initial-events-end'] === 'true' }
}

function malformed(what: string): MalformedObject {
  return { kind: 'malformed', what, namespace: undefined, name: undefined }
}
