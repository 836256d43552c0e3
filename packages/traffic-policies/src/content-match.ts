/** Conditions on a request beyond its host and path. */

import type { BrowserClass } from './browser-class.ts'
import type { LinearPattern } from './linear-pattern.ts'

/** One condition on a named field of a request. */
export interface FieldCondition {
  /** In lower case for a header; exactly as the client writes it for a cookie or, decoded, for a query parameter. */
  readonly name: string
  /** What its value must be. */
  readonly test: FieldTest
}

/** What a field's value must be. */
export type FieldTest =
  | { readonly kind: 'equals'; readonly value: string }
  | { readonly kind: 'matches'; readonly pattern: LinearPattern }
  /** The field is there, whatever its value, an empty one included. */
  | { readonly kind: 'present' }

/**
 * What a request must be like; every kind of condition that is given must hold.
 *
 * A kind that is absent or an empty list asks for nothing.
 */
export interface ContentMatch {
  /** One of these methods, compared exactly. */
  readonly methods?: readonly string[]
  /** All of these; of a header with several field lines, one line's value is enough. */
  readonly headers?: readonly FieldCondition[]
  /** All of these; of several cookies with one name the first counts (RFC 6265 §5.4 sends the most specific first). */
  readonly cookies?: readonly FieldCondition[]
  /** All of these; of a parameter given several times, one value is enough. */
  readonly query?: readonly FieldCondition[]
  /** One of these. */
  readonly browsers?: readonly BrowserClass[]
  /** Language tags without wildcards: the best language for the request must be one of these. */
  readonly languages?: readonly string[]
}

/** What `matchContent` and `decideCanary` look at of a request. */
export interface ContentRequest {
  /** As sent; case matters (RFC 9110 §9.1). */
  readonly method: string
  /** What follows the path, with or without its `?`; empty when there is none. */
  readonly query: string
  /** The fields of the head. */
  readonly headers: {
    /** The field's value, by lower-case name; `undefined` when the request has none. */
    get(lowerName: string): string | undefined
    /** The values of all its field lines in order; empty when the request has none. */
    getAll(lowerName: string): readonly string[]
  }
}
