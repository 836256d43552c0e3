import type { RuleConflict, RuleTable } from '@ingresskit/rule-matcher'
import type { CompiledIngress, TlsBinding } from './compiled-ingress.ts'
import type { KubernetesObject } from './kubernetes-object.ts'
import type { Problem } from './problem.ts'
import type { RouteTarget } from './route-target.ts'

/** The objects of one moment, keyed by `namespace/name` (IngressClasses by name). */
export interface TranslationInput {
  /** Ingresses of every class; the selection happens here. */
  readonly ingresses: ReadonlyMap<string, KubernetesObject>
  /** By name. */
  readonly ingressClasses: ReadonlyMap<string, KubernetesObject>
  /** Services that backends may name. */
  readonly services: ReadonlyMap<string, KubernetesObject>
  /** The file an object was read from, where there is one. */
  readonly fileOf?: (object: KubernetesObject) => string | undefined
}

/** Everything that Ingress objects say, as one immutable value. */
export interface Translation {
  /** Which target a request meets. */
  readonly table: RuleTable<RouteTarget>
  /** Rules that lost their host and path to another Ingress; each is among `problems` too. */
  readonly conflicts: readonly RuleConflict<RouteTarget>[]
  /**
   * In the order of the Ingresses, each once. Bad annotations of a Service that an Ingress of ours uses are problems of the
   * Service. Missing Secrets are not among them: see `missingSecrets`.
   */
  readonly problems: readonly Problem[]
  /** In order of precedence: the oldest Ingress first. */
  readonly tls: readonly TlsBinding[]
  /** Secrets that are named by an Ingress of ours, as `namespace/name`. */
  readonly secrets: ReadonlySet<string>
  /**
   * For every rule host (`undefined`: the rules without one) the languages that its rules name in `match-language`, in order of
   * precedence and each once: the first 100. No entry where they name none.
   */
  readonly siteLanguages: ReadonlyMap<string | undefined, readonly string[]>
  /** Ingresses that are ours, by `namespace/name`. */
  readonly ingresses: ReadonlyMap<string, CompiledIngress>
  /** Ingresses that are not ours, by `namespace/name`: for explanations. */
  readonly skipped: ReadonlyMap<string, SkippedIngress>
}

/** An Ingress of another class. */
export interface SkippedIngress {
  /** The Ingress, as it was given. */
  readonly source: KubernetesObject
  /** A sentence that says why it is not ours. */
  readonly reason: string
}
