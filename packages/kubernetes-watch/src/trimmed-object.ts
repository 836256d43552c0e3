// What is kept of each kind of object, so that a large cluster fits into little memory.
import type { KubernetesObject, ObjectMeta, WatchedKind } from './kubernetes-object.ts'
import { isRecord, picked } from './unvalidated.ts'
import type { WatchedResource } from './watched-resources.ts'

type Fields = Readonly<Record<string, unknown>>

/**
 * The object with the fields that routing, balancing, TLS and the publishing of addresses read; the rest, of which
 * `managedFields` and kubectl's copy of the object are often the larger part, is left to the garbage collector.
 */
export function trimmedObject(object: Fields, metadata: Fields, resource: WatchedResource): KubernetesObject {
  return {
    apiVersion: resource.apiVersion,
    kind: resource.kind,
    metadata: { ...picked(metadata, identity), ...metadataOf[resource.kind](metadata) } as unknown as ObjectMeta,
    ...contentOf[resource.kind](object),
  }
}

/** Kept of every object. */
const identity = ['name', 'namespace', 'uid', 'resourceVersion', 'generation', 'creationTimestamp'] as const

/** By kind: what else is kept of its metadata. */
const metadataOf: Readonly<Record<WatchedKind, (metadata: Fields) => Fields>> = {
  Ingress: withAnnotations,
  IngressClass: withAnnotations,
  Service: metadata => ({ ...withAnnotations(metadata), ...picked(metadata, ['labels']) }),
  EndpointSlice: metadata => within(metadata, 'labels', ['kubernetes.io/service-name']),
  Secret: () => ({}),
  ConfigMap: () => ({}),
}

/** By kind: what is kept of the rest. */
const contentOf: Readonly<Record<WatchedKind, (object: Fields) => Fields>> = {
  Ingress: object => ({ ...picked(object, ['spec']), ...within(object, 'status', ['loadBalancer']) }),
  IngressClass: object => picked(object, ['spec']),
  Service: object => ({ ...within(object, 'spec', serviceFields), ...within(object, 'status', ['loadBalancer']) }),
  EndpointSlice: object => ({ ...picked(object, ['addressType', 'ports']), ...withEndpoints(object) }),
  Secret: object => picked(object, ['type', 'data']),
  ConfigMap: object => picked(object, ['data', 'binaryData']),
}

const serviceFields = ['type', 'ports', 'clusterIP', 'clusterIPs', 'externalIPs', 'externalName', 'ipFamilies']

const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration'

function withAnnotations({ annotations }: Fields): Fields {
  if (!isRecord(annotations)) return {}
  const { [lastApplied]: _dropped, ...rest } = annotations
  return { annotations: rest }
}

/**
 * There may be a hundred thousand endpoints: `nodeName`, the uid of the pod and more are dropped, and what is the same
 * in many of one slice, such as conditions and zones, is there once. Measured, the latter saves a third of the memory.
 */
function withEndpoints({ endpoints }: Fields): Fields {
  if (!Array.isArray(endpoints)) return endpoints === undefined ? {} : { endpoints }
  const known = new Map<string, unknown>()
  const once = (value: unknown): unknown => {
    // No JSON text of anything else is a text that begins with a quote.
    const text = typeof value === 'string' ? `"${value}` : JSON.stringify(value)
    const before = known.get(text)
    if (before !== undefined) return before
    known.set(text, value)
    return value
  }
  return { endpoints: endpoints.map((endpoint: unknown) => (isRecord(endpoint) ? trimmed(endpoint, once) : endpoint)) }
}

function trimmed(endpoint: Fields, once: (value: unknown) => unknown): Fields {
  const kept: Record<string, unknown> = {}
  const { addresses, targetRef } = endpoint
  if (addresses !== undefined) kept['addresses'] = addresses
  if (targetRef !== undefined) kept['targetRef'] = isRecord(targetRef) ? picked(targetRef, ['kind', 'name']) : targetRef
  for (const field of ['conditions', 'zone', 'hints']) {
    if (endpoint[field] !== undefined) kept[field] = once(endpoint[field])
  }
  return kept
}

/** Some fields of an object's field; what is no object is kept, for whoever reads it to complain about. */
function within(object: Fields, field: string, fields: readonly string[]): Fields {
  const value = object[field]
  if (value === undefined) return {}
  return { [field]: isRecord(value) ? picked(value, fields) : value }
}
