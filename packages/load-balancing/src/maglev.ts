/** The maglev strategy. */

import type { Balancer, Endpoint } from './balancer.ts'
import type { BalancerOptions } from './balancer-options.ts'
import { hashBalancer, type KeyPlacement } from './hash-balancer.ts'
import { emptyMaglevTable, type MaglevTable, maglevTableSize, nextMaglevTable } from './maglev-table.ts'
import { murmurHash3 } from './murmur-hash3.ts'

/**
 * Maps equal hash keys to the same endpoint through a table of 65,537 entries, which are shared out in proportion to the
 * weights almost exactly. When an endpoint leaves, its keys move, and with up to 100 endpoints at most 1 % of the others.
 * A key whose endpoint is excluded goes to the entry of another hash of it. Without a hash key: round-robin.
 *
 * A pick is O(1); with excluded endpoints up to 16 hashes, then O(n). The table is filled by the first pick with a hash key
 * after `withEndpoints`, unless keys and weights are the same as before: some 6 ms for 1,000 endpoints, 30 ms when all their weights
 * differ. So sets that change often, and backends that nobody asks for, cost nothing; nor does a single endpoint.
 * Shares are a whole number of entries: beyond some 650 endpoints they differ by more than 1 %, beyond 65,536 the last
 * ones by key get no keys.
 *
 * @see Eisenbud et al., "Maglev: A Fast and Reliable Software Network Load Balancer", NSDI 2016, §3.4
 * @throws LoadBalancingError for a bad weight or start offset; `withEndpoints` too.
 */
export const maglev = <E extends Endpoint>(endpoints: readonly E[], options: BalancerOptions = {}): Balancer<E> =>
  hashBalancer(endpoints, options, byTable([], [], emptyMaglevTable))

/** `last` is the table that was filled last, of this or an earlier set. */
const byTable = (keys: readonly string[], weights: readonly number[], last: MaglevTable): KeyPlacement => {
  let table = last
  const entryOwner = (hash: number): number => table.owners[hash % maglevTableSize] ?? 0

  return {
    place(hashKey, excluded) {
      if (keys.length < 2) return firstLeft(keys, 0, excluded ?? nobody)
      if (table.keys !== keys) table = nextMaglevTable(table, keys, weights)
      const hash = murmurHash3(hashKey, 0)
      if (excluded === undefined) return entryOwner(hash)
      for (let probe = 0; probe < maxProbes; probe += 1) {
        const owner = entryOwner(probe === 0 ? hash : murmurHash3(hashKey, probe))
        if (!excluded.has(keys[owner] ?? '')) return owner
      }
      return firstLeft(keys, hash % keys.length, excluded)
    },
    next: (nextKeys, nextWeights) => byTable(nextKeys, nextWeights, table),
  }
}

const nobody: ReadonlySet<string> = new Set()

/** With half of the weight excluded, one key in 65,536 needs more. */
const maxProbes = 16

const firstLeft = (keys: readonly string[], from: number, excluded: ReadonlySet<string>): number | undefined => {
  for (let step = 0; step < keys.length; step += 1) {
    const index = (from + step) % keys.length
    if (!excluded.has(keys[index] ?? '')) return index
  }
  return undefined
}
