/** One path of one Ingress rule, ready to be compiled into a `RuleTable`. */

/** `pathType` exactly as in networking.k8s.io/v1. `ImplementationSpecific` is matched like `Prefix`. */
export type PathType = 'Exact' | 'Prefix' | 'ImplementationSpecific'

/** Decides between two rules that claim the same host and path: the older one serves, then the lower `namespace/name`. */
export interface Precedence {
  /** Milliseconds since the epoch; an unknown creation time is older than every known one's successor: it sorts last. */
  readonly createdAtMs?: number
  /** Where the object was read (a file name); compared when neither creation time is known. */
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
  /** Lower-case host, `*.suffix` for one label, or `undefined` for every host without a rule of its own. */
  readonly host: string | undefined
  readonly path: string
  readonly pathType: PathType
  readonly precedence: Precedence
  readonly value: T
}

/** What serves the hosts of one Ingress when no path of theirs matches (`spec.defaultBackend` beside rules), or everything (`host` undefined). */
export interface DefaultRule<T> {
  readonly host: string | undefined
  readonly precedence: Precedence
  readonly value: T
}

/** Two rules claimed the same host, path and match; `winner` serves. */
export interface RuleConflict<T> {
  readonly host: string | undefined
  readonly path: string
  readonly winner: Rule<T> | DefaultRule<T>
  readonly loser: Rule<T> | DefaultRule<T>
}

/** Which rule a request met, or why none. */
export type MatchResult<T> =
  | { readonly kind: 'rule'; readonly rule: Rule<T> }
  | { readonly kind: 'default'; readonly rule: DefaultRule<T> }
  | { readonly kind: 'none'; readonly reason: 'no-host' | 'no-path' }
