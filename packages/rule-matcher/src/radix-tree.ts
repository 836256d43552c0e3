/** A compressed tree of strings: keys with a common beginning share it. */

/** One node; the text on the way from the root to it, `label`s joined, is its key. */
export interface RadixNode<V> {
  /** What this node adds to its parent's key; empty only at the root. */
  readonly label: string
  /** First char code of `label`, by which siblings are told apart. */
  readonly firstCode: number
  /** `undefined` when the key was not given but only branches here. */
  readonly value: V | undefined
  /** In ascending order of `firstCode`, no two alike. */
  readonly children: readonly RadixNode<V>[]
}

/** Builds a tree; a key given twice keeps the last value. The order of the entries does not matter otherwise. */
export function buildRadixTree<V>(entries: Iterable<readonly [key: string, value: V]>): RadixNode<V> {
  const root = draft<V>('', undefined)
  for (const [key, value] of entries) insert(root, key, value)
  return root
}

/** The child whose label begins with `code`. A binary search: at most 16 steps, 7 over ASCII. */
export function childOf<V>(node: RadixNode<V>, code: number): RadixNode<V> | undefined {
  const child = node.children[childIndex(node.children, code)]
  return child?.firstCode === code ? child : undefined
}

/** The value of the key that equals `text` from `from` on; O(length), no allocation. */
export function lookup<V>(root: RadixNode<V>, text: string, from: number): V | undefined {
  let node = root
  let at = from
  while (at < text.length) {
    const child = childOf(node, text.charCodeAt(at))
    if (child === undefined || !text.startsWith(child.label, at)) return undefined
    at += child.label.length
    node = child
  }
  return node.value
}

interface DraftNode<V> extends RadixNode<V> {
  label: string
  value: V | undefined
  children: DraftNode<V>[]
}

function draft<V>(label: string, value: V | undefined, children: DraftNode<V>[] = []): DraftNode<V> {
  return { label, firstCode: label === '' ? -1 : label.charCodeAt(0), value, children }
}

function insert<V>(root: DraftNode<V>, key: string, value: V): void {
  let node = root
  let at = 0
  while (at < key.length) {
    const index = childIndex(node.children, key.charCodeAt(at))
    const child = node.children[index]
    if (child?.firstCode !== key.charCodeAt(at)) {
      node.children.splice(index, 0, draft(key.slice(at), value))
      return
    }
    const shared = sharedLength(child.label, key, at)
    if (shared < child.label.length) split(child, shared)
    node = child
    at += shared
  }
  node.value = value
}

/** Where the child that begins with `code` is, or would have to be inserted. */
function childIndex<V>(children: readonly RadixNode<V>[], code: number): number {
  let low = 0
  let high = children.length
  while (low < high) {
    const middle = (low + high) >>> 1
    const child = children[middle]
    if (child !== undefined && child.firstCode < code) low = middle + 1
    else high = middle
  }
  return low
}

function sharedLength(label: string, key: string, at: number): number {
  let length = 0
  while (length < label.length && label.charCodeAt(length) === key.charCodeAt(at + length)) length++
  return length
}

function split<V>(node: DraftNode<V>, at: number): void {
  node.children = [draft(node.label.slice(at), node.value, node.children)]
  node.label = node.label.slice(0, at)
  node.value = undefined
}
