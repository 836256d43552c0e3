import type { RouteTarget } from '@ingresskit/ingress-translator'
import type { ForwardDecision, RequestHead, RespondDecision, RouteDecision, RouteLabels } from '@ingresskit/proxy'
import { hashKeyOf } from './hash-key.ts'
import { type Snapshot, upstreamKey } from './snapshot.ts'

/** Request head + snapshot → what happens to the request. */

const timeouts = { connectMs: 5000, readMs: 60_000 } as const
const maxAttempts = 3

const notFound: RespondDecision = { kind: 'respond', status: 404, reason: 'no-rule' }
const healthy: RespondDecision = {
  kind: 'respond',
  status: 200,
  reason: 'default-backend-health',
  body: { contentType: 'text/plain; charset=utf-8', text: 'ok' },
}

// Decisions that depend on the target alone are made once per snapshot; bounded by its number of targets.
const decisions = new WeakMap<Snapshot, Map<RouteTarget, ForwardDecision | RespondDecision>>()

/** Decides on a request. O(length of host and path); never throws. */
export function decide(snapshot: Snapshot, head: RequestHead): RouteDecision {
  const match = snapshot.translation.table.match(head.host, head.matchPath)
  const target = match.kind === 'none' ? snapshot.defaultTarget : match.rule.value
  if (target === undefined) return head.matchPath === '/healthz' ? healthy : notFound
  const decision = decisionFor(snapshot, target)
  const { hashOn } = target.balancing
  if (decision.kind === 'respond' || hashOn === undefined) return decision
  const hashKey = hashKeyOf(head, hashOn)
  return hashKey === undefined ? decision : { ...decision, hashKey }
}

function decisionFor(snapshot: Snapshot, target: RouteTarget): ForwardDecision | RespondDecision {
  let known = decisions.get(snapshot)
  if (known === undefined) decisions.set(snapshot, (known = new Map()))
  let decision = known.get(target)
  if (decision === undefined) known.set(target, (decision = makeDecision(snapshot, target)))
  return decision
}

function makeDecision(snapshot: Snapshot, target: RouteTarget): ForwardDecision | RespondDecision {
  const labels = labelsOf(target)
  if (target.backend.kind === 'unavailable') {
    return { kind: 'respond', status: 503, reason: target.backend.reason, labels }
  }
  const upstream = snapshot.upstreams.get(upstreamKey(target) ?? '')
  if (upstream === undefined) return { kind: 'respond', status: 503, reason: 'no-endpoints', labels }
  return { kind: 'forward', upstream, timeouts, maxAttempts, labels }
}

function labelsOf(target: RouteTarget): RouteLabels {
  return {
    namespace: target.ingress.namespace,
    ingress: target.ingress.name,
    service: target.backend.service?.name ?? '',
    host: target.host,
    path: target.path,
  }
}
