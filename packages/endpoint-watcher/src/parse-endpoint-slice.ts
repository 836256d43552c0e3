/** Reads an EndpointSlice (discovery.k8s.io/v1) that nobody has validated. */
import type { KubernetesObject } from '@ingresskit/kubernetes-watch'
import { addressScope, canonicalAddress } from './address-scope.ts'
import type { EndpointProblem } from './endpoint-problem.ts'
import type { EndpointConditions, ServiceEndpoint } from './endpoint-set.ts'
import { objectIdentity } from './object-identity.ts'
import { problemList, type ProblemList } from './problem-list.ts'
import { asList, asObject, asPortNumber, asString, quote, type JsonObject } from './unvalidated.ts'

export interface ParsedEndpointSlice {
  readonly addressType: 'IPv4' | 'IPv6'
  /** TCP ports. `all`: the slice restricts nothing (nil `ports`), the Service's own port number is meant. */
  readonly ports: readonly SlicePort[] | 'all'
  readonly endpoints: readonly SliceEndpoint[]
}

export interface SlicePort {
  /** `''` when the port has no name. */
  readonly name: string
  /** Absent: not restricted, the Service's own port number is meant. */
  readonly port?: number
}

/** One entry of `endpoints`, not yet joined with a port. */
export interface SliceEndpoint {
  /** What `joinEndpoints` made of it last, so that an endpoint that did not change stays the same object. */
  joined?: ServiceEndpoint
  readonly address: string
  readonly conditions: EndpointConditions
  readonly zone?: string
  readonly hintZones?: readonly string[]
  readonly pod?: string
}

/** `slice` is absent when nothing of the object is usable; `problems` then say why. */
export interface EndpointSliceResult {
  readonly slice?: ParsedEndpointSlice
  readonly problems: readonly EndpointProblem[]
  /** What was read of each entry of `endpoints`, for the next version of the slice. */
  readonly readings?: Readings
}

/** Entries and what was read of them, one for one. */
export interface Readings {
  readonly addressType: 'IPv4' | 'IPv6'
  readonly items: readonly unknown[]
  readonly results: readonly EndpointResult[]
}

export interface EndpointSliceOptions {
  /** Of the version before, read by the same rules: entries that are the very same are not read again. */
  readonly previous?: Readings | undefined
  /** Whether 127.0.0.0/8 and ::1 may be endpoints. Link-local, unspecified and multicast addresses never may. */
  readonly loopback: 'allow' | 'refuse'
}

/**
 * Total: never throws, whatever the object holds. A bad port or endpoint is a problem and is left out.
 * Only the first of an endpoint's addresses is read, as kube-proxy does: the API gives the others no meaning.
 */
export function parseEndpointSlice(object: KubernetesObject, options: EndpointSliceOptions): EndpointSliceResult {
  const identity = objectIdentity(object)
  const list = problemList({ kind: 'EndpointSlice', namespace: identity?.namespace ?? '', name: identity?.name ?? '' })
  const { problems } = list
  if (identity === undefined) {
    list.add({ reason: 'EndpointSliceInvalid', field: 'metadata', message: 'a slice needs a namespace and a name' })
    return { problems }
  }
  const addressType = object['addressType']
  if (addressType !== 'IPv4' && addressType !== 'IPv6') {
    const message = `addressType must be IPv4 or IPv6, not ${quote(addressType)}`
    list.add({ severity: 'warning', reason: 'AddressTypeUnsupported', field: 'addressType', message })
    return { problems }
  }
  const ports = parsePorts(object['ports'], list)
  const readings = readEndpoints(object['endpoints'], list, { ...options, addressType })
  if (readings === undefined) return { slice: { addressType, ports, endpoints: [] }, problems }
  return { slice: { addressType, ports, endpoints: usableOf(readings, list) }, problems, readings }
}

function parsePorts(value: unknown, list: ProblemList): readonly SlicePort[] | 'all' {
  if (value === undefined || value === null) return 'all'
  if (!Array.isArray(value)) {
    list.add({ reason: 'EndpointSlicePortInvalid', field: 'ports', message: 'ports must be a list' })
    return []
  }
  return value.flatMap((item: unknown, index) => {
    const fields = asObject(item)
    const port = fields?.['port'] ?? undefined
    if (fields === undefined || (port !== undefined && asPortNumber(port) === undefined)) {
      const message = `a slice port needs a number from 1 to 65535, not ${quote(fields === undefined ? item : port)}`
      list.add({ reason: 'EndpointSlicePortInvalid', field: `ports[${index}]`, message })
      return []
    }
    if ((fields['protocol'] ?? 'TCP') !== 'TCP') return []
    const number = asPortNumber(port)
    return [{ name: asString(fields['name']) ?? '', ...(number === undefined ? {} : { port: number }) }]
  })
}

interface EndpointRules extends EndpointSliceOptions {
  readonly addressType: 'IPv4' | 'IPv6'
}

function readEndpoints(value: unknown, list: ProblemList, rules: EndpointRules): Readings | undefined {
  const items = asList(value)
  if (items === undefined) {
    list.add({ reason: 'EndpointInvalid', field: 'endpoints', message: 'endpoints must be a list' })
    return undefined
  }
  const { addressType } = rules
  const previous = rules.previous?.addressType === addressType ? rules.previous : undefined
  const results = items.map((item, index) => {
    const known = previous?.items[index] === item ? previous?.results[index] : undefined
    return known ?? parseEndpoint(item, rules)
  })
  return { addressType, items, results }
}

function usableOf({ results }: Readings, list: ProblemList): readonly SliceEndpoint[] {
  const endpoints: SliceEndpoint[] = []
  for (const [index, result] of results.entries()) {
    if (result.kind === 'endpoint') endpoints.push(result.endpoint)
    else list.add({ reason: result.reason, field: `endpoints[${index}]${result.field}`, message: result.message })
  }
  return endpoints
}

type BadEndpoint = { readonly kind: 'bad' } & Pick<EndpointProblem, 'reason' | 'field' | 'message'>
/** One entry of `endpoints`, or what is wrong with it. */
export type EndpointResult = { readonly kind: 'endpoint'; readonly endpoint: SliceEndpoint } | BadEndpoint

function parseEndpoint(item: unknown, rules: EndpointRules): EndpointResult {
  const fields = asObject(item)
  if (fields === undefined) return bad('EndpointInvalid', '', `an endpoint must be an object, not ${quote(item)}`)
  const address = parseAddress(asList(fields['addresses'])?.[0], rules)
  if (typeof address !== 'string') return address
  const conditions = parseConditions(fields['conditions'])
  if (conditions === undefined) {
    return bad('EndpointInvalid', '.conditions', `conditions must be true or false, not ${quote(fields['conditions'])}`)
  }
  const zone = asString(fields['zone'])
  const hintZones = parseHintZones(fields['hints'])
  const pod = podName(asObject(fields['targetRef']))
  const endpoint: SliceEndpoint = {
    address,
    conditions,
    ...(zone === undefined ? {} : { zone }),
    ...(hintZones === undefined ? {} : { hintZones }),
    ...(pod === undefined ? {} : { pod }),
  }
  return { kind: 'endpoint', endpoint }
}

function parseAddress(value: unknown, rules: EndpointRules): string | BadEndpoint {
  const address = asString(value) ?? ''
  const scope = addressScope(address)
  if (scope === 'not-an-address' || address.includes(':') !== (rules.addressType === 'IPv6')) {
    return bad('EndpointInvalid', '.addresses[0]', `must be an ${rules.addressType} address, not ${quote(value)}`)
  }
  if (scope === 'unicast' || (scope === 'loopback' && rules.loopback === 'allow')) return canonicalAddress(address)
  return bad('AddressRefused', '.addresses[0]', `${quote(address)} is a ${scope} address, which no endpoint may have`)
}

function bad(reason: EndpointProblem['reason'], field: string, message: string): BadEndpoint {
  return { kind: 'bad', reason, field, message }
}

/** discovery.k8s.io/v1 EndpointConditions: nil ready = true, nil serving = ready, nil terminating = false. */
function parseConditions(value: unknown): EndpointConditions | undefined {
  const fields = value === undefined || value === null ? {} : asObject(value)
  if (fields === undefined) return undefined
  const ready = fields['ready'] ?? true
  const serving = fields['serving'] ?? ready
  const terminating = fields['terminating'] ?? false
  if (typeof ready !== 'boolean' || typeof serving !== 'boolean' || typeof terminating !== 'boolean') return undefined
  return { ready, serving, terminating }
}

/** Hints are advice: what cannot be read of them is as if it were not there. */
function parseHintZones(hints: unknown): readonly string[] | undefined {
  const zones = (asList(asObject(hints)?.['forZones']) ?? []).flatMap(item => asString(asObject(item)?.['name']) ?? [])
  return zones.length === 0 ? undefined : zones
}

function podName(targetRef: JsonObject | undefined): string | undefined {
  return targetRef?.['kind'] === 'Pod' ? asString(targetRef['name']) : undefined
}
