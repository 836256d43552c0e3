/** Services and EndpointSlices to one endpoint set per Service port. */
import type { KubernetesObject } from '@ingresskit/kubernetes-watch'
import type { EndpointProblem } from './endpoint-problem.ts'
import type { EndpointSet, ServicePortKey } from './endpoint-set.ts'
import { objectIdentity } from './object-identity.ts'
import { serviceEndpoints, setOf, type EndpointRules, type ServiceEndpoints } from './service-endpoints.ts'

/** Immutable. `sets` and `problems` are the same objects as in the previous value when nothing in them changed. */
export interface EndpointSets {
  /** One set per TCP port in `spec.ports` of every Service. */
  readonly sets: ReadonlyMap<ServicePortKey, EndpointSet>
  /** Everything that was refused or could not be read, in the order of the Services. */
  readonly problems: readonly EndpointProblem[]
  /** Sets of one Service in the order of `spec.ports`; `undefined` when there is no such Service. O(1). */
  forService(namespace: string, name: string): readonly EndpointSet[] | undefined
  /**
   * The set of one port; `undefined` when there is no such Service or it has no such TCP port. ExternalName Services
   * answer for every port number, listed or not, because an alias has no ports of its own. O(ports of the Service).
   */
  forPort(namespace: string, name: string, port: number): EndpointSet | undefined
}

/** What the sets are computed from. */
export interface EndpointSetsInput {
  /** Objects of kind Service, of all namespaces that matter. */
  readonly services: Iterable<KubernetesObject>
  /** All slices; the ones without a `kubernetes.io/service-name` label or without their Service are passed over. */
  readonly slices: Iterable<KubernetesObject>
  /** What the same function answered last: whatever did not change since is taken from it. */
  readonly previous?: EndpointSets | undefined
  /** Whether Services of type ExternalName lead anywhere. Names of this machine are refused either way. */
  readonly externalName: 'deny' | 'allow'
  /** Whether 127.0.0.0/8 and ::1 may be endpoints: `allow` for manifests of a demo, `refuse` for a cluster. */
  readonly loopback: 'allow' | 'refuse'
}

/**
 * Computes every endpoint set; never throws, whatever the objects hold. The result does not depend on the order of `slices`.
 *
 * O(Services + slices) to find out by identity what changed, then the work for the Services that did. Objects must not
 * be mutated after they were passed in.
 */
export function endpointSets(input: EndpointSetsInput): EndpointSets {
  const steps = endpointSetsInSteps(input)
  for (;;) {
    const step = steps.next()
    if (step.done === true) return step.value
  }
}

/** As `endpointSets`, with a pause after each Service that had to be computed, for callers that must not be busy for long. */
export function* endpointSetsInSteps(input: EndpointSetsInput): Generator<void, EndpointSets> {
  const rules: EndpointRules = { externalName: input.externalName, loopback: input.loopback }
  const before = input.previous === undefined ? undefined : memos.get(input.previous)
  const slicesOf = groupByService(input.slices)
  const services = new Map<string, ServiceEndpoints>()
  for (const service of input.services) {
    const key = serviceKey(service)
    const slices = slicesOf.get(key) ?? []
    const previous = before?.services.get(key)
    const computed = serviceEndpoints({ service, slices, rules, previous })
    services.set(key, computed)
    if (computed !== previous) yield
  }
  const result = assemble(services, input.previous)
  memos.set(result, { services })
  return result
}

interface Memo {
  readonly services: ReadonlyMap<string, ServiceEndpoints>
}

/** What each result was made from; goes when the result goes. */
const memos = new WeakMap<EndpointSets, Memo>()

/** In the order of slice names, so that nothing depends on the order in which slices were listed. */
function groupByService(slices: Iterable<KubernetesObject>): ReadonlyMap<string, readonly KubernetesObject[]> {
  const groups = new Map<string, KubernetesObject[]>()
  for (const slice of slices) {
    const key = serviceOf(slice)
    if (key === '') continue
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [slice])
    else group.push(slice)
  }
  for (const group of groups.values()) if (group.length > 1) group.sort(byName)
  return groups
}

/** Each object is looked at once: it is the same one in snapshot after snapshot. */
function remembered(keyOf: (object: KubernetesObject) => string): (object: KubernetesObject) => string {
  const known = new WeakMap<KubernetesObject, string>()
  return object => {
    if (typeof object !== 'object' || object === null) return keyOf(object)
    const before = known.get(object)
    if (before !== undefined) return before
    const key = keyOf(object)
    known.set(object, key)
    return key
  }
}

/** The Service that a slice is of; empty when it says none. */
const serviceOf = remembered(slice => {
  const identity = objectIdentity(slice)
  const service = identity?.labels['kubernetes.io/service-name']
  return identity === undefined || typeof service !== 'string' ? '' : `${identity.namespace}/${service}`
})

function byName(a: KubernetesObject, b: KubernetesObject): number {
  if (a.metadata.name === b.metadata.name) return 0
  return a.metadata.name < b.metadata.name ? -1 : 1
}

/** Services without a usable identity share the key `''`: they only have problems, of which one is enough. */
const serviceKey = remembered(service => {
  const identity = objectIdentity(service)
  return identity === undefined ? '' : `${identity.namespace}/${identity.name}`
})

function assemble(services: ReadonlyMap<string, ServiceEndpoints>, previous: EndpointSets | undefined): EndpointSets {
  const sets = new Map<ServicePortKey, EndpointSet>()
  const problems: EndpointProblem[] = []
  for (const service of services.values()) {
    for (const set of service.sets) sets.set(set.key, set)
    problems.push(...service.problems)
  }
  return {
    sets: previous !== undefined && isSameMap(previous.sets, sets) ? previous.sets : sets,
    problems: previous !== undefined && isSameList(previous.problems, problems) ? previous.problems : problems,
    forService: (namespace, name) => services.get(`${namespace}/${name}`)?.sets,
    forPort(namespace, name, port) {
      const service = services.get(`${namespace}/${name}`)
      return service === undefined ? undefined : setOf(service, port)
    },
  }
}

function isSameMap<K, V>(a: ReadonlyMap<K, V>, b: ReadonlyMap<K, V>): boolean {
  if (a.size !== b.size) return false
  for (const [key, value] of a) if (b.get(key) !== value) return false
  return true
}

function isSameList<T>(a: readonly T[], b: readonly T[]): boolean {
  return a.length === b.length && a.every((item, index) => item === b[index])
}
