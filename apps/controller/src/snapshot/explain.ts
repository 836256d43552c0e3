import type { RouteTarget } from '@ingresskit/ingress-translator'
import { canonicalPath, explainMatch, normalizeHost } from '@ingresskit/rule-matcher'
import type {
  ExplainedCandidate,
  ExplainedEndpoint,
  ExplainedRule,
  Explanation,
  ExplainRequest,
} from './explanation.ts'
import { type HashInput, hashKeyOf } from './hash-key.ts'
import { skippedCandidates } from './skipped-candidates.ts'
import { type Snapshot, upstreamKey } from './snapshot.ts'
import { verdictMessage } from './verdict-message.ts'

/** Explains one request from the snapshot that traffic is decided by. Nothing is sent, and no turn is taken. */
export function explainRequest(snapshot: Snapshot, request: ExplainRequest): Explanation {
  const parsed = parseTarget(request)
  if (parsed.kind === 'refused') return refused(request, parsed.message)
  const { host, path, matchPath } = parsed.input
  const { result, candidates } = explainMatch(snapshot.translation.table, host, matchPath)
  const target = result.kind === 'none' ? snapshot.defaultTarget : result.rule.value
  const pathType = result.kind === 'rule' ? result.rule.pathType : null
  const lost: readonly ExplainedCandidate[] = candidates
    .filter(({ verdict }) => verdict.kind !== 'won' && verdict.kind !== 'other-host')
    .map(({ rule, verdict }) => ({
      ...describeRule(rule.value, 'pathType' in rule ? rule.pathType : null),
      verdict: verdict.kind,
      message: verdictMessage(verdict),
    }))
  const answer =
    target === undefined
      ? unmatched(result.kind === 'none' ? result.reason : 'no-host', host, matchPath)
      : explainTarget(snapshot, target, parsed.input)
  return {
    request: { method: request.method, url: request.url, host, path },
    ...answer,
    rule: target === undefined ? null : describeRule(target, pathType),
    candidates: [...lost, ...skippedCandidates(snapshot, host)],
  }
}

type Answer = Pick<Explanation, 'routed' | 'summary' | 'status' | 'service' | 'endpoint' | 'endpoints'>

type ParsedTarget =
  | { readonly kind: 'target'; readonly input: HashInput & { readonly matchPath: string } }
  | { readonly kind: 'refused'; readonly message: string }

function parseTarget({ url, headers }: ExplainRequest): ParsedTarget {
  // Cut by hand: the URL class would resolve dot segments and escapes before the canonical path is computed.
  const parts = /^https?:\/\/([^/?#]+)([^?]*)(\?.*)?$/is.exec(url)
  if (parts === null) return { kind: 'refused', message: 'the URL must begin with http:// or https:// and name a host' }
  const [, authority = '', rawPath = '', query = ''] = parts
  const host = normalizeHost(headers.get('host') ?? authority)
  if (host.kind === 'invalid') return { kind: 'refused', message: `the host is invalid (${host.reason})` }
  const path = canonicalPath(rawPath === '' ? '/' : rawPath)
  if (path.kind === 'rejected') return { kind: 'refused', message: `the path is rejected (${path.reason})` }
  return { kind: 'target', input: { host: host.host, path: path.path, matchPath: path.matchPath, query, headers } }
}

function refused(request: ExplainRequest, message: string): Explanation {
  return {
    request: { method: request.method, url: request.url, host: null, path: null },
    ...answeredHere(400, message),
    rule: null,
    candidates: [],
  }
}

function unmatched(reason: 'no-host' | 'no-path', host: string, path: string): Answer {
  const why = reason === 'no-path' ? `host ${host} has no rule for ${path}` : `no rule is for host ${host}`
  return answeredHere(404, `${why}, and there is no default backend`)
}

function answeredHere(status: number, message: string): Answer {
  return { routed: false, summary: `${status}: ${message}`, status, service: null, endpoint: null, endpoints: [] }
}

function explainTarget(snapshot: Snapshot, target: RouteTarget, input: HashInput): Answer {
  const { backend, balancing } = target
  if (backend.kind === 'unavailable') return answeredHere(503, backend.message)
  const { namespace, name } = backend.service
  const service = { namespace, name, port: backend.port, strategy: balancing.strategy, decidedBy: balancing.provenance }
  const endpoints = describeEndpoints(snapshot, target)
  const usable = endpoints.filter(endpoint => endpoint.usable).length
  const place = `Service ${namespace}/${name} port ${backend.port}`
  if (usable === 0) {
    const reason = snapshot.endpoints.forPort(namespace, name, backend.port)?.reason ?? 'no-slices'
    return { ...answeredHere(503, `${place} has no usable endpoint (${reason})`), service, endpoints }
  }
  return {
    routed: true,
    summary: `${place}, ${balancing.strategy} over ${usable} endpoint${usable === 1 ? '' : 's'}`,
    status: null,
    service,
    endpoint: hashedEndpoint(snapshot, target, input),
    endpoints,
  }
}

/** A pick with a hash key takes nobody's turn, so the live balancer may be asked. */
function hashedEndpoint(snapshot: Snapshot, target: RouteTarget, input: HashInput): string | null {
  const { hashOn } = target.balancing
  const hashKey = hashOn === undefined ? undefined : hashKeyOf(input, hashOn)
  if (hashKey === undefined) return null
  const picked = snapshot.upstreams.get(upstreamKey(target) ?? '')?.pick({ hashKey })
  return picked?.kind === 'picked' ? picked.endpoint.key : null
}

function describeEndpoints(snapshot: Snapshot, target: RouteTarget): readonly ExplainedEndpoint[] {
  if (target.backend.kind !== 'service') return []
  const { service, port } = target.backend
  const set = snapshot.endpoints.forPort(service.namespace, service.name, port)
  if (set === undefined) return []
  const balancer = snapshot.upstreams.get(upstreamKey(target) ?? '')
  const usable = new Set(set.usable.map(({ key }) => key))
  return set.all.map(endpoint => ({
    address: endpoint.key,
    pod: endpoint.pod ?? null,
    usable: usable.has(endpoint.key),
    ...endpoint.conditions,
    inFlight: balancer?.inFlight(endpoint.key) ?? 0,
  }))
}

function describeRule(target: RouteTarget, pathType: string | null): ExplainedRule {
  const { namespace, name } = target.ingress
  return {
    ingress: name === '' ? target.field : `${namespace}/${name}`,
    field: target.field,
    host: target.host === '' ? null : target.host,
    path: target.path === '' ? null : target.path,
    pathType,
  }
}
