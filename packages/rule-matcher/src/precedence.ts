/** The order in which objects win conflicts. */
import type { Precedence } from './rule.ts'

/**
 * Negative when `a` wins over `b`: older, then lower origin, then lower `namespace/name`; what is unknown comes last.
 *
 * Zero only for the same object (or two that can't be told apart): a stable sort then keeps the order given.
 */
export function comparePrecedence(a: Precedence, b: Precedence): number {
  return compare(creationTime(a), creationTime(b)) || compareOrigins(a.origin, b.origin) || compare(a.object, b.object)
}

function creationTime(precedence: Precedence): number {
  const { createdAtMs } = precedence
  return createdAtMs !== undefined && Number.isFinite(createdAtMs) ? createdAtMs : Number.POSITIVE_INFINITY
}

function compareOrigins(a: string | undefined, b: string | undefined): number {
  if (a === undefined || b === undefined) return compare(a === undefined ? 1 : 0, b === undefined ? 1 : 0)
  return compare(a, b)
}

function compare<K extends string | number>(a: K, b: K): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}
