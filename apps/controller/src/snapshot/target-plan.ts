import type {
  HashSource,
  RetrySettings,
  RouteTarget,
  SessionAffinity,
  SplitBranch,
} from '@ingresskit/ingress-translator'
import {
  defaultRetryRules,
  type ForwardDecision,
  type RespondDecision,
  type RetryRules,
  type RouteLabels,
} from '@ingresskit/proxy'
import { type BalancedBackend, type SessionTag, upstreamKey } from '../balancing/service-upstream.ts'
import type { Snapshot } from './snapshot.ts'

/** What is known of a target before any request for it comes. */
export type TargetPlan =
  | BranchPlan
  | {
      readonly kind: 'split'
      /** Those that get a share now; at least one. */
      readonly branches: readonly BranchPlan[]
      /** Parallel to the branches, above 0. */
      readonly weights: readonly number[]
    }

/** What becomes of a request that has only one place to go. */
export type BranchPlan = { readonly kind: 'respond'; readonly decision: RespondDecision } | ForwardPlan

/** To one Service, by one policy. */
export interface ForwardPlan {
  readonly kind: 'forward'
  readonly decision: ForwardDecision
  readonly hashOn: HashSource | undefined
  readonly affinity: SessionAffinity | undefined
  /** Ends the session cookies; absent without sessions. */
  readonly sessionTag: ReturnType<SessionTag> | undefined
  /** Path of the rule. */
  readonly path: string
}

const timeouts = { connectMs: 5000, readMs: 60_000 } as const

// What depends on the target alone is made once per snapshot; bounded by its number of targets.
const plans = new WeakMap<Snapshot, Map<RouteTarget, TargetPlan>>()

/** The plan of a target in a snapshot. */
export function planOf(snapshot: Snapshot, target: RouteTarget): TargetPlan {
  let known = plans.get(snapshot)
  if (known === undefined) plans.set(snapshot, (known = new Map()))
  let plan = known.get(target)
  if (plan === undefined) known.set(target, (plan = makePlan(snapshot, target)))
  return plan
}

/** The branches of a split that get a share now: those of a weight above 0 that have endpoints, or that must not be served. */
export function servedBranches(snapshot: Snapshot, split: readonly SplitBranch[]): readonly SplitBranch[] {
  return split.filter(branch => branch.weight > 0 && !isEmpty(snapshot, branch))
}

function makePlan(snapshot: Snapshot, target: RouteTarget): TargetPlan {
  if (target.split === undefined) return planBackend(snapshot, target, target)
  const served = servedBranches(snapshot, target.split)
  if (served.length > 0) {
    return {
      kind: 'split',
      branches: served.map(branch => planBackend(snapshot, target, branch)),
      weights: served.map(({ weight }) => weight),
    }
  }
  return planBackend(snapshot, target, target)
}

function planBackend(snapshot: Snapshot, target: RouteTarget, { backend, balancing }: BalancedBackend): BranchPlan {
  const labels = labelsOf(target, backend.service?.name)
  if (backend.kind === 'unavailable') {
    return { kind: 'respond', decision: { kind: 'respond', status: 503, reason: backend.reason, labels } }
  }
  const upstream = snapshot.upstreams.get(upstreamKey({ backend, balancing }) ?? '')
  if (upstream === undefined)
    return { kind: 'respond', decision: { kind: 'respond', status: 503, reason: 'no-endpoints', labels } }
  return {
    kind: 'forward',
    decision: { kind: 'forward', upstream: upstream.balancer, timeouts, retry: retryRules(balancing.retry), labels },
    hashOn: balancing.hashOn,
    affinity: balancing.affinity,
    sessionTag: upstream.sessionTag?.(target.ingress),
    path: target.path,
  }
}

/** A Service without endpoints gets no share: the others serve its requests. One that must not be served keeps its share. */
function isEmpty(snapshot: Snapshot, branch: BalancedBackend): boolean {
  if (branch.backend.kind === 'unavailable') return false
  const endpoints = snapshot.upstreams.get(upstreamKey(branch) ?? '')?.balancer.endpoints ?? []
  return endpoints.every(({ weight }) => weight === 0)
}

function retryRules(settings: RetrySettings | undefined): RetryRules {
  if (settings === undefined) return defaultRetryRules
  const { attempts, on, statuses, methods, withinMs } = settings
  return {
    maxAttempts: attempts,
    on: new Set(on),
    statuses: new Set(statuses),
    methods,
    // Who writes the annotation wants its attempts; the default is more careful with what may kill a pod.
    resets: 'always',
    withinMs: withinMs ?? Number.POSITIVE_INFINITY,
  }
}

function labelsOf(target: RouteTarget, service: string | undefined): RouteLabels {
  return {
    namespace: target.ingress.namespace,
    ingress: target.ingress.name,
    service: service ?? '',
    host: target.host,
    path: target.path,
  }
}
