import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { buildRadixTree, lookup } from './radix-tree.ts'
import type { RadixNode } from './radix-tree.ts'

const keys = fc.stringMatching(/^[ab\u00ff/]{0,6}$/)

function nodesOf<V>(root: RadixNode<V>): readonly RadixNode<V>[] {
  return [root, ...root.children.flatMap(nodesOf)]
}

describe('a radix tree', () => {
  it('finds what a map finds', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(keys, fc.nat())), keys, (entries, asked) => {
        const tree = buildRadixTree(entries)
        const map = new Map(entries)
        for (const key of [...map.keys(), asked]) expect(lookup(tree, key, 0)).toBe(map.get(key))
      }),
    )
  })

  it('finds the end of a text from an offset on', () => {
    fc.assert(
      fc.property(fc.array(keys), keys, keys, (others, key, before) => {
        const tree = buildRadixTree(
          [...others.filter(other => other !== key), key].map(entry => [entry, entry] as const),
        )
        expect(lookup(tree, before + key, before.length)).toBe(key)
      }),
    )
  })

  it('is the same tree in whatever order the keys are given', () => {
    fc.assert(
      fc.property(
        fc
          .uniqueArray(keys)
          .chain(given => fc.tuple(fc.constant(given), fc.shuffledSubarray(given, { minLength: given.length }))),
        ([given, shuffled]) => {
          const entry = (key: string): readonly [string, string] => [key, key]
          expect(buildRadixTree(shuffled.map(entry))).toEqual(buildRadixTree(given.map(entry)))
        },
      ),
    )
  })

  it('is compressed: below the root, a node without value branches', () => {
    fc.assert(
      fc.property(fc.array(keys), given => {
        const [root, ...nodes] = nodesOf(buildRadixTree(given.map(key => [key, key] as const)))
        expect(root?.label).toBe('')
        expect(nodes.filter(node => node.label === '')).toEqual([])
        expect(nodes.filter(node => node.value === undefined && node.children.length < 2)).toEqual([])
      }),
    )
  })

  it('does not take the beginning of a key, or more than a key, for the key', () => {
    const tree = buildRadixTree([['/foo', 1]])
    expect(lookup(tree, '/fo', 0)).toBeUndefined()
    expect(lookup(tree, '/fooo', 0)).toBeUndefined()
    expect(lookup(tree, '', 0)).toBeUndefined()
  })

  it('takes many keys of which each begins the next', () => {
    const longest = 'a'.repeat(2_000)
    const tree = buildRadixTree(
      Array.from({ length: 2_000 }, (_, length) => [longest.slice(0, length), length] as const),
    )
    expect(lookup(tree, 'aaa', 0)).toBe(3)
    expect(lookup(tree, longest, 1)).toBe(1_999)
  })
})
