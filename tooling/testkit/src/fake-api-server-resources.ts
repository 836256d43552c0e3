// The kinds the fake API server knows, and how their paths are built and taken apart.

/** One kind of object that the fake API server stores. */
export interface FakeResource {
  readonly apiVersion: string
  readonly kind: string
  /** The word in URLs, e.g. `ingresses`; names the resource everywhere in the fake server's interface. */
  readonly plural: string
  readonly namespaced: boolean
  /** Whether its objects count their changes in `metadata.generation`. Default: no. */
  readonly hasGeneration?: boolean
  /** Whether a PUT of an object that doesn't exist creates it, instead of 404. Default: no. */
  readonly putCreates?: boolean
  /** Whether a PUT must name the resourceVersion it replaces. Default: no. */
  readonly putNeedsVersion?: boolean
}

/** What a request path names. */
export interface ResourcePath {
  readonly resource: FakeResource
  readonly namespace: string | undefined
  readonly name: string | undefined
  readonly subresource: string | undefined
}

const networking = 'networking.k8s.io/v1'

/** All of them; add a line here to serve one more kind. */
export const fakeResources: readonly FakeResource[] = [
  { apiVersion: networking, kind: 'Ingress', plural: 'ingresses', namespaced: true, hasGeneration: true },
  { apiVersion: networking, kind: 'IngressClass', plural: 'ingressclasses', namespaced: false, hasGeneration: true },
  { apiVersion: 'v1', kind: 'Service', plural: 'services', namespaced: true, putCreates: true },
  {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    plural: 'endpointslices',
    namespaced: true,
    hasGeneration: true,
  },
  { apiVersion: 'v1', kind: 'Secret', plural: 'secrets', namespaced: true },
  { apiVersion: 'v1', kind: 'ConfigMap', plural: 'configmaps', namespaced: true },
  { apiVersion: 'v1', kind: 'Event', plural: 'events', namespaced: true, putCreates: true },
  {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    plural: 'leases',
    namespaced: true,
    putCreates: true,
    putNeedsVersion: true,
  },
  { apiVersion: 'v1', kind: 'Node', plural: 'nodes', namespaced: false },
  { apiVersion: 'v1', kind: 'Pod', plural: 'pods', namespaced: true },
  { apiVersion: 'v1', kind: 'Namespace', plural: 'namespaces', namespaced: false },
  {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingWebhookConfiguration',
    plural: 'validatingwebhookconfigurations',
    namespaced: false,
    hasGeneration: true,
    putNeedsVersion: true,
  },
]

/** Takes `/apis/GROUP/VERSION/[namespaces/NS/]PLURAL[/NAME[/SUBRESOURCE]]` apart; `undefined` for any other path. */
export function parseResourcePath(path: string): ResourcePath | undefined {
  const parts = path.split('/').filter(part => part !== '')
  const isCore = parts[0] === 'api'
  if (!isCore && parts[0] !== 'apis') return undefined
  const apiVersion = isCore ? parts[1] : `${parts[1]}/${parts[2]}`
  let rest = parts.slice(isCore ? 2 : 3)
  let namespace: string | undefined
  if (rest[0] === 'namespaces' && rest.length > 2) {
    namespace = rest[1]
    rest = rest.slice(2)
  }
  const resource = fakeResources.find(each => each.apiVersion === apiVersion && each.plural === rest[0])
  return resource && { resource, namespace, name: rest[1], subresource: rest[2] }
}

const byKind: ReadonlyMap<string, FakeResource> = new Map(fakeResources.map(each => [each.kind, each]))

/** The resource of a kind; throws for kinds the fake server doesn't know. */
export function resourceOfKind(kind: string): FakeResource {
  const resource = byKind.get(kind)
  if (!resource) throw new Error(`the fake API server knows no kind "${kind}"; add it to fakeResources`)
  return resource
}

/** The resource of a word in URLs; throws for words the fake server doesn't know. */
export function resourceOfPlural(plural: string): FakeResource {
  const resource = fakeResources.find(each => each.plural === plural)
  if (!resource) throw new Error(`the fake API server knows no resource "${plural}"; add it to fakeResources`)
  return resource
}

/** The group of a resource; empty for the core group. */
export function groupOf(resource: FakeResource): string {
  const slash = resource.apiVersion.indexOf('/')
  return slash < 0 ? '' : resource.apiVersion.slice(0, slash)
}
