import { canonicalPath, explainMatch, normalizeHost } from '@ingresskit/rule-matcher'
import type { ContentRequest } from '@ingresskit/traffic-policies'
import type { ExplainedCandidate, Explanation, ExplainRequest } from './explanation.ts'
import { describeCondition, describeRule, explainTarget, type TargetExplanation } from './explain-target.ts'
import type { HashInput } from './hash-key.ts'
import { judgeAlternative } from './judge-alternative.ts'
import { sharesOf } from './explain-shares.ts'
import { skippedCandidates } from './skipped-candidates.ts'
import type { Snapshot } from './snapshot.ts'
import { verdictMessage } from './verdict-message.ts'

/**
 * Explains one request from the snapshot that traffic is decided by. Nothing is sent, and no turn is taken.
 *
 * Where chance decides, the explanation is of the likeliest case without it, and `shares` says who else may get the request.
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
  const target = result.kind === 'none' ? snapshot.defaultTarget : result.rule.value
  const pathType = result.kind === 'rule' ? result.rule.pathType : null
  const lost: readonly ExplainedCandidate[] = candidates
    .filter(({ verdict }) => verdict.kind !== 'won' && verdict.kind !== 'other-host')
    .map(({ rule, verdict }) => ({
      ...describeRule(rule.value, 'pathType' in rule ? rule.pathType : null),
      verdict: verdict.kind,
      message:
        verdict.kind === 'not-accepted' && 'pathType' in rule
          ? refusalOf(judgeAlternative(rule, content, translation))
          : verdictMessage(verdict),
    }))
  const answer =
    target === undefined
      ? unmatched(result.kind === 'none' ? result.reason : 'no-host', host, matchPath)
      : explainTarget(snapshot, target, parsed.input)
  return {
    request: { method: request.method, url: request.url, host, path },
    ...answer,
    rule: target === undefined ? null : describeRule(target, pathType),
    condition: target === undefined ? null : describeCondition(target),
    shares: sharesOf(translation.table.match(host, matchPath), {
      judge: rule => judgeAlternative(rule, content, translation),
      plain: target,
    }),
    candidates: [...lost, ...skippedCandidates(snapshot, host)],
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

function refusalOf(verdict: ReturnType<typeof judgeAlternative>): string {
  if (verdict.kind === 'refused') return verdict.message
  return verdict.kind === 'by-weight'
    ? `it gets ${percent(verdict.share)} % of the requests by chance`
    : 'it takes the request'
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
