/** Everything one Service contributes: its sets and problems, and the inputs they came from, to know when they are stale. */
import type { KubernetesObject } from '@ingresskit/kubernetes-watch'
import type { EndpointProblem } from './endpoint-problem.ts'
import type { EndpointSet } from './endpoint-set.ts'
import { externalNameSet } from './external-name-set.ts'
import { joinEndpoints } from './join-endpoints.ts'
import { parseEndpointSlice, type EndpointSliceResult } from './parse-endpoint-slice.ts'
import type { ExternalName } from './parse-external-name.ts'
import { parseService, type ParsedService, type ServicePort } from './parse-service.ts'
import { reuseEqual } from './reuse-equal.ts'
import { isSameEndpointSet } from './same-endpoint-set.ts'

export interface EndpointRules {
  /** Whether Services of type ExternalName lead anywhere. */
  readonly externalName: 'deny' | 'allow'
  /** Whether 127.0.0.0/8 and ::1 may be endpoints: `allow` for manifests of a demo, `refuse` for a cluster. */
  readonly loopback: 'allow' | 'refuse'
}

/** Plain data: it must not hold on to the value it replaced, or every version ever computed would stay in memory. */
export interface ServiceEndpoints {
  readonly service: KubernetesObject
  readonly slices: readonly KubernetesObject[]
  /** What was read of them, one for one. Empty where nobody had to look. */
  readonly parsed: readonly EndpointSliceResult[]
  readonly rules: EndpointRules
  /** One per TCP port, in the order of `spec.ports`. */
  readonly sets: readonly EndpointSet[]
  readonly problems: readonly EndpointProblem[]
  /** Present for type ExternalName. */
  readonly alias?: ExternalAlias
}

export interface ServiceInputs {
  readonly service: KubernetesObject
  readonly slices: readonly KubernetesObject[]
  readonly rules: EndpointRules
  /** Slices in here are not read again; sets that turn out equal are used again, so that consumers see the same objects. */
  readonly previous?: ServiceEndpoints | undefined
}

/** Computes one Service, or answers `previous` when it came from the same objects. */
export function serviceEndpoints(inputs: ServiceInputs): ServiceEndpoints {
  const { service, slices, rules, previous } = inputs
  if (previous !== undefined && isFrom(previous, inputs)) return previous
  const parsed = parseService(service)
  const computed =
    parsed.kind === 'invalid'
      ? { parsed: [], sets: [], problems: parsed.problems }
      : computeSets(parsed.service, parsed.problems, inputs)
  return { service, slices, rules, ...computed, problems: reuseEqual(previous?.problems, computed.problems) }
}

/** The set of a port number; for ExternalName Services any number has one, made when it is first asked for. */
export function setOf({ sets, alias, rules }: ServiceEndpoints, port: number): EndpointSet | undefined {
  const listed = sets.find(set => set.port === port)
  if (listed !== undefined || alias === undefined) return listed
  const set = alias.unlisted.get(port) ?? externalNameSet(alias.service, unlistedPort(port), { ...rules, ...alias })
  alias.unlisted.set(port, set)
  return set
}

interface ExternalAlias {
  readonly service: ParsedService
  readonly name: ExternalName
  /** Sets of ports that `spec.ports` does not list. Bounded by the ports that Ingresses name, at most 65535. */
  readonly unlisted: Map<number, EndpointSet>
}

function isFrom(endpoints: ServiceEndpoints, { service, slices, rules }: ServiceInputs): boolean {
  return (
    endpoints.service === service &&
    endpoints.rules.externalName === rules.externalName &&
    endpoints.rules.loopback === rules.loopback &&
    endpoints.slices.length === slices.length &&
    endpoints.slices.every((slice, index) => slice === slices[index])
  )
}

type ComputedSets = Pick<ServiceEndpoints, 'parsed' | 'sets' | 'problems' | 'alias'>

function computeSets(
  service: ParsedService,
  problems: readonly EndpointProblem[],
  inputs: ServiceInputs,
): ComputedSets {
  if (service.externalName !== undefined) {
    return externalNameSets({ service, name: service.externalName, unlisted: new Map() }, problems, inputs)
  }
  const results = inputs.slices.map(slice => parseOnce(slice, inputs))
  const slices = results.flatMap(({ slice }) => slice ?? [])
  return {
    parsed: results,
    sets: service.ports.map(port => reusedSet(inputs.previous, joinEndpoints(service, port, slices))),
    problems: [...problems, ...results.flatMap(result => result.problems)],
  }
}

function parseOnce(slice: KubernetesObject, { rules, previous }: ServiceInputs): EndpointSliceResult {
  if (previous?.rules.loopback !== rules.loopback) return parseEndpointSlice(slice, { loopback: rules.loopback })
  const at = previous.slices.findIndex(({ metadata }) => metadata.name === slice.metadata.name)
  const before = previous.parsed[at]
  if (before !== undefined && previous.slices[at] === slice) return before
  return parseEndpointSlice(slice, { loopback: rules.loopback, previous: before?.readings })
}

function reusedSet(previous: ServiceEndpoints | undefined, set: EndpointSet): EndpointSet {
  const before = previous?.sets.find(({ port }) => port === set.port) ?? previous?.alias?.unlisted.get(set.port)
  return before !== undefined && isSameEndpointSet(before, set) ? before : set
}

function externalNameSets(
  alias: ExternalAlias,
  problems: readonly EndpointProblem[],
  { rules, previous }: ServiceInputs,
): ComputedSets {
  const { service, name } = alias
  const build = (port: ServicePort): EndpointSet =>
    reusedSet(previous, externalNameSet(service, port, { externalName: rules.externalName, name }))
  for (const port of previous?.alias?.unlisted.keys() ?? []) alias.unlisted.set(port, build(unlistedPort(port)))
  return {
    parsed: [],
    sets: service.ports.map(build),
    problems: rules.externalName === 'deny' ? [deniedProblem(service), ...problems] : problems,
    alias,
  }
}

function unlistedPort(port: number): ServicePort {
  return { name: '', port, targetPort: port }
}

function deniedProblem({ namespace, name }: ParsedService): EndpointProblem {
  return {
    severity: 'warning',
    reason: 'ExternalNameDenied',
    kind: 'Service',
    namespace,
    name,
    field: 'spec.type',
    message: 'Services of type ExternalName lead nowhere unless the controller is started with --external-name allow',
  }
}
