import type { Rule } from '@ingresskit/rule-matcher'
import { type CanaryRule, contentKey, type ContentMatch, contentRank } from '@ingresskit/traffic-policies'
import { readCanary } from './canary.ts'
import { readContentConditions } from './content-conditions.ts'
import type { KubernetesObject } from './kubernetes-object.ts'
import type { ReportProblem } from './problem.ts'
import { settingReader } from './setting.ts'

/** Which of the requests for its hosts and paths an Ingress takes. */
export type Selection =
  | { readonly kind: 'all' }
  | {
      readonly kind: 'some'
      readonly content?: ContentMatch
      readonly canary?: CanaryRule
      /** How its rules stand among those of other Ingresses on the same host and path. */
      readonly alternative: NonNullable<Rule<unknown>['alternative']>
    }
  /** None: serving the paths would take requests that are not meant for them. */
  | { readonly kind: 'none' }

/** After every rank of `contentRank`. */
const canaryRank = Number.MAX_SAFE_INTEGER

/** Reads the `match-*` and canary annotations. */
export function readSelection(
  object: KubernetesObject,
  annotations: ReadonlyMap<string, string>,
  report: ReportProblem,
): Selection {
  const conditions = readContentConditions(settingReader(object, annotations), report)
  const canary = readCanary(object, annotations, report)
  if (conditions.kind === 'invalid' || canary.kind === 'left-out') return { kind: 'none' }
  if (canary.kind === 'canary') {
    // A key of its own: any number of canaries may stand beside each other.
    const key = `canary ${object.metadata.namespace ?? 'default'}/${object.metadata.name}`
    if (conditions.kind === 'none') return { kind: 'some', canary: canary.rule, alternative: { rank: canaryRank, key } }
    // Ranks of content are integers. Half a rank earlier, so that it is asked before the Ingress whose canary it is.
    const rank = contentRank(conditions.content) - 0.5
    return { kind: 'some', content: conditions.content, canary: canary.rule, alternative: { rank, key } }
  }
  if (conditions.kind === 'none') return { kind: 'all' }
  const { content } = conditions
  return { kind: 'some', content, alternative: { rank: contentRank(content), key: `content ${contentKey(content)}` } }
}
