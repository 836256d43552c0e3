import type { RouteTarget } from '@ingresskit/ingress-translator'
import type { ForwardDecision, RequestHead, RespondDecision, RouteDecision } from '@ingresskit/proxy'
import { chooseAlternative, type MatchResult } from '@ingresskit/rule-matcher'
import { pickWeighted } from '@ingresskit/traffic-policies'
import { sessionCookie } from '../balancing/session-cookie.ts'
import { hashKeyOf } from './hash-key.ts'
import { judgeAlternative } from './judge-alternative.ts'
import { sessionOf, sessionValue } from './session-of.ts'
import type { Snapshot } from './snapshot.ts'
import { type BranchPlan, type ForwardPlan, planOf } from './target-plan.ts'
import { varyOfAlternatives } from './vary.ts'

/** Request head + snapshot → what happens to the request. */

/** What a decision takes beside the request. */
export interface DecisionChance {
  /** From 0 to below 1: which share of a split or canary a request falls into. */
  readonly random: () => number
  /** Milliseconds since the epoch, for cookies that expire. */
  readonly now: () => number
}

const notFound: RespondDecision = { kind: 'respond', status: 404, reason: 'no-rule' }
const healthy: RespondDecision = {
  kind: 'respond',
  status: 200,
  reason: 'default-backend-health',
  body: { contentType: 'text/plain; charset=utf-8', text: 'ok' },
}

/** Decides on a request. O(length of host and path), plus the alternatives of the path; never throws. */
export function decide(snapshot: Snapshot, head: RequestHead, chance: DecisionChance): RouteDecision {
  const match = snapshot.translation.table.match(head.host, head.matchPath)
  if (match.kind === 'alternatives') return decideAmong(match, { snapshot, head, chance })
  return decideTarget(match.kind === 'none' ? snapshot.defaultTarget : match.rule.value, { snapshot, head, chance })
}

interface Question {
  readonly snapshot: Snapshot
  readonly head: RequestHead
  readonly chance: DecisionChance
}

type Alternatives = Extract<MatchResult<RouteTarget>, { kind: 'alternatives' }>

function decideAmong(match: Alternatives, question: Question): RouteDecision {
  const { snapshot, head, chance } = question
  let drawn = 0
  let share = 0
  const chosen = chooseAlternative(match, (rule, place) => {
    // Canaries of one path divide one draw between them.
    if (place === 0) {
      drawn = chance.random()
      share = 0
    }
    const verdict = judgeAlternative(rule, head, snapshot.translation)
    if (verdict.kind !== 'by-weight') return verdict.kind === 'taken'
    const kept = keptTarget(match, question)
    if (kept !== undefined) return kept === rule.value
    share += verdict.share
    return drawn < share
  })
  const decision = decideTarget(chosen.kind === 'none' ? snapshot.defaultTarget : chosen.rule.value, question)
  const vary = varyOfAlternatives(match)
  return vary === undefined ? decision : withVary(decision, vary)
}

/**
 * The canary, or what serves beside the canaries, that the client has a session with: then no draw moves it.
 *
 * @see ingress-nginx, affinity-canary-behavior: sticky
 */
function keptTarget(match: Alternatives, { snapshot, head }: Question): RouteTarget | undefined {
  if (!head.headers.has('cookie')) return undefined
  let next: MatchResult<RouteTarget> = match
  for (; next.kind === 'alternatives'; next = next.otherwise) {
    const kept = next.alternatives.find(
      ({ value }) => value.canary !== undefined && value.canary.weight > 0 && isKept(snapshot, value, head),
    )
    if (kept !== undefined) return kept.value
  }
  return next.kind !== 'none' && isKept(snapshot, next.rule.value, head) ? next.rule.value : undefined
}

function isKept(snapshot: Snapshot, target: RouteTarget, head: RequestHead): boolean {
  const plan = planOf(snapshot, target)
  return plan.kind === 'split' ? plan.branches.some(branch => holdsSession(branch, head)) : holdsSession(plan, head)
}

function holdsSession(plan: BranchPlan, head: RequestHead): boolean {
  return plan.kind === 'forward' && sessionOf(plan, head)?.givenBy === 'same'
}

function decideTarget(target: RouteTarget | undefined, question: Question): RouteDecision {
  const { snapshot, head, chance } = question
  if (target === undefined) return head.matchPath === '/healthz' ? healthy : notFound
  const plan = planOf(snapshot, target)
  if (plan.kind !== 'split') return decideBranch(plan, question)
  // Who has a session stays with the Service that gave it.
  const branch =
    plan.branches.find(one => holdsSession(one, head)) ??
    plan.branches[pickWeighted(plan.weights, chance.random()) ?? 0]
  return branch === undefined ? notFound : decideBranch(branch, question)
}

function decideBranch(plan: BranchPlan, question: Question): ForwardDecision | RespondDecision {
  return plan.kind === 'respond' ? plan.decision : forward(plan, question)
}

function forward(plan: ForwardPlan, { head, chance }: Question): ForwardDecision {
  const { decision, hashOn, affinity, sessionTag, path } = plan
  if (hashOn === undefined && affinity === undefined) return decision
  const hashKey = hashOn === undefined ? undefined : hashKeyOf(head, hashOn)
  const keyed = hashKey === undefined ? decision : { ...decision, hashKey }
  if (affinity === undefined || sessionTag === undefined) return keyed
  const session = sessionOf(plan, head)?.token
  return {
    ...keyed,
    ...(session === undefined ? {} : { session }),
    answerHeaders({ session: token }) {
      if (token === undefined) return noFields
      const context = {
        scheme: head.scheme,
        rulePath: path,
        userAgent: head.headers.get('user-agent'),
        nowMs: chance.now(),
      }
      return [['Set-Cookie', sessionCookie(affinity.cookie, sessionValue(token, sessionTag), context)]]
    },
  }
}

const noFields: readonly (readonly [string, string])[] = []

/** Caches must not give an answer to a request that would have been decided otherwise. */
function withVary(decision: RouteDecision, vary: string): RouteDecision {
  const field = ['Vary', vary] as const
  if (decision.kind !== 'forward') return { ...decision, headers: [...(decision.headers ?? []), field] }
  const { answerHeaders } = decision
  return { ...decision, answerHeaders: answer => [field, ...(answerHeaders?.(answer) ?? [])] }
}
