import type { RouteTarget } from '@ingresskit/ingress-translator'
import { describeContent } from '@ingresskit/traffic-policies'
import { type BalancedBackend, type ServiceUpstream, upstreamKey } from '../balancing/service-upstream.ts'
import { unhealthyKeys } from '../balancing/unhealthy-keys.ts'
import type { ExplainedEndpoint, ExplainedRule, Explanation } from './explanation.ts'
import { type HashInput, hashKeyOf } from './hash-key.ts'
import type { Snapshot } from './snapshot.ts'

/** What becomes of the request once its rule is known. */
export type TargetExplanation = Pick<
  Explanation,
  'routed' | 'summary' | 'status' | 'service' | 'endpoint' | 'endpoints'
>

/** Explains where a share of the requests goes. */
export function explainBranch(snapshot: Snapshot, branch: BalancedBackend, input: HashInput): TargetExplanation {
  const { backend, balancing } = branch
  if (backend.kind === 'unavailable') return unavailable(backend.message)
  const { namespace, name } = backend.service
  const service = {
    namespace,
    name,
    port: backend.port,
    strategy: balancing.strategy,
    decidedBy: balancing.decidedBy['load-balance'] ?? 'default',
    settings: balancing.decidedBy,
  }
  const endpoints = describeEndpoints(snapshot, branch)
  const usable = endpoints.filter(endpoint => endpoint.usable).length
  const place = `Service ${namespace}/${name} port ${backend.port}`
  if (usable === 0) {
    const reason = snapshot.endpoints.forPort(namespace, name, backend.port)?.reason ?? 'no-slices'
    return { ...unavailable(`${place} has no usable endpoint (${reason})`), service, endpoints }
  }
  return {
    routed: true,
    summary: `${place}, ${balancing.strategy} over ${usable} endpoint${usable === 1 ? '' : 's'}`,
    status: null,
    service,
    endpoint: hashedEndpoint(snapshot, branch, input),
    endpoints,
  }
}

/** What beside host and path a rule asks for, as its annotations say it; `null` for a plain rule. */
export function describeCondition({ content, canary }: RouteTarget): string | null {
  const said = [
    ...(content === undefined ? [] : [describeContent(content)]),
    ...(canary === undefined ? [] : [`canary of weight ${canary.weight} in ${canary.weightTotal}`]),
  ]
  return said.length === 0 ? null : said.join('; ')
}

/** The rule of a target. */
export function describeRule(target: RouteTarget, pathType: string | null): ExplainedRule {
  const { namespace, name } = target.ingress
  return {
    ingress: name === '' ? target.field : `${namespace}/${name}`,
    field: target.field,
    host: target.host === '' ? null : target.host,
    path: target.path === '' ? null : target.path,
    pathType,
  }
}

function unavailable(message: string): TargetExplanation {
  return { routed: false, summary: `503: ${message}`, status: 503, service: null, endpoint: null, endpoints: [] }
}

function upstreamOf(snapshot: Snapshot, branch: BalancedBackend): ServiceUpstream | undefined {
  return snapshot.upstreams.get(upstreamKey(branch) ?? '')
}

/**
 * A pick with a hash key takes nobody's turn, so the live balancer may be asked. Inside a subset turn or load decide, a session goes
 * by its cookie, and layers that count what they are asked are not asked.
 */
function hashedEndpoint(snapshot: Snapshot, branch: BalancedBackend, input: HashInput): string | null {
  const { hashOn, subsetSize, affinity, circuitBreaker, slowStart } = branch.balancing
  const isCertain =
    subsetSize === undefined && affinity === undefined && circuitBreaker === undefined && slowStart === undefined
  const hashKey = hashOn === undefined || !isCertain ? undefined : hashKeyOf(input, hashOn)
  if (hashKey === undefined) return null
  const picked = upstreamOf(snapshot, branch)?.balancer.pick({ hashKey })
  return picked?.kind === 'picked' ? picked.endpoint.key : null
}

function describeEndpoints(snapshot: Snapshot, branch: BalancedBackend): readonly ExplainedEndpoint[] {
  if (branch.backend.kind !== 'service') return []
  const { service, port } = branch.backend
  const set = snapshot.endpoints.forPort(service.namespace, service.name, port)
  if (set === undefined) return []
  const upstream = upstreamOf(snapshot, branch)
  const balanced = new Set(upstream?.balancer.endpoints.filter(({ weight }) => weight !== 0).map(({ key }) => key))
  const unhealthy = upstream === undefined ? new Set() : unhealthyKeys(upstream)
  return set.all.map(endpoint => ({
    address: endpoint.key,
    pod: endpoint.pod ?? null,
    usable: balanced.has(endpoint.key),
    ...endpoint.conditions,
    inFlight: upstream?.balancer.inFlight(endpoint.key) ?? 0,
    unhealthy: unhealthy.has(endpoint.key),
  }))
}
