// The lines of watches: events, and bookmarks with the empty objects that the recordings show.
import type { FakeResource } from './fake-api-server-resources.ts'

/** One line of a watch: an event with an object that is JSON already. */
export function watchLine(type: string, json: string): string {
  return `{"type":"${type}","object":${json}}\n`
}

/** What an empty object of a kind carries: Go writes these fields though they have no value. */
const emptyContent: ReadonlyMap<string, object> = new Map<string, object>([
  ['Ingress', { spec: {}, status: { loadBalancer: {} } }],
  ['Service', { spec: {}, status: { loadBalancer: {} } }],
  ['EndpointSlice', { addressType: '', endpoints: null, ports: null }],
  ['IngressClass', { spec: {} }],
  ['Lease', { spec: {} }],
  ['Namespace', { spec: {}, status: {} }],
  ['Pod', { spec: { containers: null }, status: {} }],
])

/** A BOOKMARK line: everything up to this resourceVersion was sent. */
export function bookmarkLine(resource: FakeResource, version: number): string {
  return bookmark(resource, { resourceVersion: String(version) })
}

/** The BOOKMARK line that ends the beginning of a watch. */
export function initialEventsEndLine(resource: FakeResource, version: number): string {
  const annotations = { 'k8s.io/initial-events-end': 'true' }
  return bookmark(resource, { resourceVersion: String(version), annotations })
}

function bookmark({ kind, apiVersion }: FakeResource, metadata: object): string {
  return watchLine('BOOKMARK', JSON.stringify({ kind, apiVersion, metadata, ...emptyContent.get(kind) }))
}
