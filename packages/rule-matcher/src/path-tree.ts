/** The paths of one host: which rule serves a path. */
import { buildRadixTree, childOf } from './radix-tree.ts'
import type { RadixNode } from './radix-tree.ts'
import type { MatchResult } from './rule.ts'
import type { RulePath } from './rule-path.ts'

/** A radix tree over rule paths; prefixes are stored without their trailing slash. */
export type PathTree<T> = RadixNode<PathSlot<T>>

/** What is served at one path. `/foo` may have both: they are different rules, not a conflict. */
interface PathSlot<T> {
  readonly exact: MatchResult<T> | undefined
  readonly prefix: MatchResult<T> | undefined
}

/** Builds the tree; each (kind, path) is to be given once. */
export function buildPathTree<T>(entries: Iterable<readonly [path: RulePath, result: MatchResult<T>]>): PathTree<T> {
  const slots = new Map<string, PathSlot<T>>()
  for (const [path, result] of entries) {
    if (path.kind === 'rejected') continue
    const slot = slots.get(path.path)
    slots.set(path.path, {
      exact: path.kind === 'exact' ? result : slot?.exact,
      prefix: path.kind === 'prefix' ? result : slot?.prefix,
    })
  }
  return buildRadixTree(slots)
}

/**
 * The exact rule that equals `matchPath`, else the longest prefix that ends at an element boundary; `undefined` without either.
 *
 * One walk down the tree: O(length of the path), whatever the number of rules; no allocation.
 */
export function matchPathTree<T>(tree: PathTree<T>, matchPath: string): MatchResult<T> | undefined {
  let node = tree
  let at = 0
  let longest: MatchResult<T> | undefined
  for (;;) {
    const slot = node.value
    const isAtEnd = at === matchPath.length
    if (slot !== undefined) {
      if (isAtEnd && slot.exact !== undefined) return slot.exact
      if (slot.prefix !== undefined && (isAtEnd || matchPath.charCodeAt(at) === SLASH)) longest = slot.prefix
    }
    if (isAtEnd) return longest
    const child = childOf(node, matchPath.charCodeAt(at))
    if (child === undefined || !matchPath.startsWith(child.label, at)) return longest
    node = child
    at += child.label.length
  }
}

const SLASH = 0x2f
