import type { RouteTarget } from '@ingresskit/ingress-translator'
import {
  canonicalPath,
  type DefaultRule,
  explainMatch,
  normalizeHost,
  type Rule,
  type Verdict,
} from '@ingresskit/rule-matcher'
import type { ContentRequest } from '@ingresskit/traffic-policies'
import type { ExplainedCandidate, ExplainedShare, Explanation, ExplainRequest } from './explanation.ts'
import { describeCondition, describeRule, explainBranch, type TargetExplanation } from './explain-target.ts'
import type { HashInput } from './hash-key.ts'
import { type AlternativeVerdict, judgeAlternative } from './judge-alternative.ts'
import { type Share, sharesOf } from './explain-shares.ts'
import { skippedCandidates } from './skipped-candidates.ts'
import type { Snapshot } from './snapshot.ts'
import { verdictMessage } from './verdict-message.ts'

/**
 * Explains one request from the snapshot that traffic is decided by. Nothing is sent, and no turn is taken.
 *
 * Where chance decides, the explanation is of the largest share, and `shares` says who else may get the request.
 */
export function explainRequest(snapshot: Snapshot, request: ExplainRequest): Explanation {
  const parsed = parseTarget(request)
  if (parsed.kind === 'refused') return refused(request, parsed.message)
  const { translation } = snapshot
  const { host, path, matchPath } = parsed.input
  const content = contentOf(request, parsed.input)
  const { result, candidates } = explainMatch(translation.table, host, matchPath, {
    accepts: rule => judgeAlternative(rule, content, translation).kind === 'taken',
  })
  const shares = sharesOf(translation.table.match(host, matchPath), {
    snapshot,
    judge: rule => judgeAlternative(rule, content, translation),
    plain: result.kind === 'none' ? snapshot.defaultTarget : result.rule.value,
  })
  const [first, ...others] = shares
  const likeliest = others.reduce((best, share) => (best !== undefined && share.part > best.part ? share : best), first)
  const target = likeliest?.target
  const lost: readonly ExplainedCandidate[] = candidates
    .filter(({ rule, verdict }) => rule.value !== target && verdict.kind !== 'other-host')
    .map(({ rule, verdict }) => ({
      ...describeRule(rule.value, 'pathType' in rule ? rule.pathType : null),
      verdict: verdict.kind,
      message: messageOf(rule, verdict, alternative => judgeAlternative(alternative, content, translation)),
    }))
  const answer =
    likeliest === undefined
      ? unmatched(result.kind === 'none' ? result.reason : 'no-host', host, matchPath)
      : explainBranch(snapshot, likeliest.branch, parsed.input)
  const pathType = candidates.flatMap(({ rule }) =>
    rule.value === target && 'pathType' in rule ? rule.pathType : [],
  )[0]
  return {
    request: { method: request.method, url: request.url, host, path },
    ...answer,
    rule: target === undefined ? null : describeRule(target, pathType ?? null),
    condition: target === undefined ? null : describeCondition(target),
    shares: shares.length < 2 ? [] : shares.map(describeShare),
    candidates: [
      ...lost,
      ...leftOutCandidates(snapshot, host, new Set(candidates.map(({ rule }) => rule.value))),
      ...skippedCandidates(snapshot, host),
    ],
  }
}

/** Rules of the host that never came into the table, because their place belongs to another namespace. */
function leftOutCandidates(
  { translation }: Snapshot,
  host: string,
  known: ReadonlySet<RouteTarget>,
): readonly ExplainedCandidate[] {
  return translation.conflicts
    .filter(({ loser }) => loser.host === host && !known.has(loser.value))
    .slice(0, maxLeftOut)
    .map(({ loser, winner }) => ({
      ...describeRule(loser.value, 'pathType' in loser ? loser.pathType : null),
      verdict: 'conflict-lost',
      message: verdictMessage({ kind: 'conflict-lost', winner }),
    }))
}

const maxLeftOut = 20

function describeShare({ target, branch, part }: Share): ExplainedShare {
  return {
    ingress: `${target.ingress.namespace}/${target.ingress.name}`,
    service: branch.backend.kind === 'service' ? branch.backend.key : null,
    percent: percent(part),
  }
}

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

function contentOf({ method, headers }: ExplainRequest, { query }: HashInput): ContentRequest {
  return {
    method,
    query,
    headers: {
      get: name => headers.get(name),
      getAll(name) {
        const value = headers.get(name)
        return value === undefined ? [] : [value]
      },
    },
  }
}

/** Why a candidate is not the answer; of a canary, which share it has. */
function messageOf(
  rule: Rule<RouteTarget> | DefaultRule<RouteTarget>,
  verdict: Verdict<RouteTarget>,
  judge: (rule: Rule<RouteTarget>) => AlternativeVerdict,
): string {
  if (verdict.kind === 'won') return 'it gets the smaller share of such requests'
  if (verdict.kind !== 'not-accepted' || !('pathType' in rule)) return verdictMessage(verdict)
  const judged = judge(rule)
  switch (judged.kind) {
    case 'refused':
      return judged.message
    case 'by-weight':
      return `it gets ${percent(judged.share)} % of such requests by chance`
    case 'taken':
      return verdictMessage(verdict)
  }
}

function percent(share: number): number {
  return Math.round(share * 10_000) / 100
}

function refused(request: ExplainRequest, message: string): Explanation {
  return {
    request: { method: request.method, url: request.url, host: null, path: null },
    ...answeredHere(400, message),
    rule: null,
    condition: null,
    shares: [],
    candidates: [],
  }
}

function unmatched(reason: 'no-host' | 'no-path', host: string, path: string): TargetExplanation {
  const why = reason === 'no-path' ? `host ${host} has no rule for ${path}` : `no rule is for host ${host}`
  return answeredHere(404, `${why}, and there is no default backend`)
}

function answeredHere(status: number, message: string): TargetExplanation {
  return { routed: false, summary: `${status}: ${message}`, status, service: null, endpoint: null, endpoints: [] }
}
