/** One path of one Ingress rule, ready to be compiled into a `RuleTable`. */

/** `pathType` exactly as in networking.k8s.io/v1. `ImplementationSpecific` is matched like `Prefix`. */
export type PathType = 'Exact' | 'Prefix' | 'ImplementationSpecific'

/**
 * Decides between two rules that claim the same host and path.
 *
 * The older object serves; then the lower `origin`, then the lower `object`, then the one given first. Strings compare by code units.
 */
export interface Precedence {
  /** Milliseconds since the epoch. An object of unknown age comes after every object whose age is known. */
  readonly createdAtMs?: number
  /** Where the object was read (a file name); compared when the creation times are equal or both unknown. Unknown comes last. */
  readonly origin?: string
  /** `namespace/name` of the object the rule came from; also its identity in conflict reports. */
  readonly object: string
}

/**
 * A rule: a host, a path and the value a request that meets it is given.
 *
 * `T` is the caller's: a Service port, a handler, a URL.
 */
export interface Rule<T> {
  /** Lower-case host, `*.suffix` for one label, or `undefined` for every host without a rule of its own. `parseRuleHost` gives this form. */
  readonly host: string | undefined
  /** As written in the Ingress. Read by the same canonical form as requests; raw non-ASCII characters stand for their UTF-8 escapes. */
  readonly path: string
  /** How `path` is compared. */
  readonly pathType: PathType
  /** What decides when another rule claims the same. */
  readonly precedence: Precedence
  /** Makes it an alternative to the plain rule of its host and path: it serves only requests that the caller accepts for it. */
  readonly alternative?: Alternative
  /** Handed back untouched to whoever matched; never looked at here. */
  readonly value: T
}

/** What tells the alternatives of one host and path apart; what they ask of a request is the caller's business. */
export interface Alternative {
  /** Alternatives are tried in ascending order of it, those with the same rank by precedence. */
  readonly rank: number
  /** Two alternatives with the same key ask for the same, so one of them could never serve: they are in conflict. */
  readonly key: string
}

/** What serves the hosts of one Ingress when no path of theirs matches (`spec.defaultBackend` beside rules), or everything (`host` undefined). */
export interface DefaultRule<T> {
  /** As in `Rule`; one DefaultRule per host of the Ingress. */
  readonly host: string | undefined
  /** What decides when another default claims the same host. */
  readonly precedence: Precedence
  /** Handed back untouched to whoever matched. */
  readonly value: T
}

/** Two rules claimed the same host, path and match; `winner` serves. */
export interface RuleConflict<T> {
  /** The host both claimed. */
  readonly host: string | undefined
  /** The path both claimed, in canonical form, without the trailing slash of a prefix; empty between two defaults. */
  readonly path: string
  /** The one that serves, whoever else lost against it. */
  readonly winner: Rule<T> | DefaultRule<T>
  /** The one that never serves; each is reported once. */
  readonly loser: Rule<T> | DefaultRule<T>
}

/**
 * Which rule a request met, or why none.
 *
 * `no-host`: nothing names the host and there is no rule for all hosts. `no-path`: the rules of the host that decides have no such
 * path, and no default. Both are answered by the global default backend, if the caller has one.
 */
export type DefiniteMatch<T> =
  | { readonly kind: 'rule'; readonly rule: Rule<T> }
  | { readonly kind: 'default'; readonly rule: DefaultRule<T> }
  | { readonly kind: 'none'; readonly reason: 'no-host' | 'no-path' }

/** What host and path decide: all there is to know, or alternatives among which the request decides; see `chooseAlternative`. */
export type MatchResult<T> =
  | DefiniteMatch<T>
  | {
      readonly kind: 'alternatives'
      /** In the order in which they are tried; at least one. */
      readonly alternatives: readonly Rule<T>[]
      /**
       * What serves a request that none of them takes: the plain rule of the same host and path, else what would serve if the
       * alternatives were not there.
       */
      readonly otherwise: MatchResult<T>
    }
