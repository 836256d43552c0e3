/** What others publish on npm, on the same endpoints and keys. */

import type { CostCase } from './cost-case.ts'
import { HashRing, plainConsistentHash, seededConsistentHash } from './npm-hash-rings.ts'
import { clientKeys, endpointsOf, manyKeys } from './site-input.ts'
import { balancedPool, observedBalancedPool, observedRoundRobinPool } from './undici-pools.ts'

const endpoints = 1000
const servers = endpointsOf(endpoints).map(({ key }) => key)
const origins = servers.map(server => `http://${server}`)
const server = servers[333] ?? ''
const origin = origins[333] ?? ''
const noInput = ['']

const undici = { group: 'npm', endpoints, expects: 'turns' } as const
const hashing = { group: 'npm', endpoints, expects: 'stable' } as const

const hashRing = (name: string, keys: number): CostCase => ({
  ...hashing,
  name,
  prepare(seed) {
    const ring = new HashRing(servers)
    const get = (key: string): string => ring.get(key)
    return { inputs: clientKeys(manyKeys, seed).slice(0, keys), pick: get, pickedKey: get }
  },
})

/** All of them, in the order of the table. */
export const npmCases: readonly CostCase[] = [
  {
    ...undici,
    name: 'undici BalancedPool',
    prepare() {
      const { dispatch, pickedKey } = observedBalancedPool(origins)
      return { inputs: noInput, pick: dispatch, pickedKey }
    },
    build: () => balancedPool(origins),
    changes() {
      const pool = balancedPool(origins)
      return leavingAndJoining(
        () => pool.removeUpstream(origin),
        () => pool.addUpstream(origin),
      )
    },
  },
  {
    ...undici,
    name: 'undici RoundRobinPool',
    prepare() {
      const { dispatch, pickedKey } = observedRoundRobinPool(endpoints)
      return { inputs: noInput, pick: dispatch, pickedKey }
    },
  },
  {
    ...hashRing('hashring', manyKeys),
    build: () => new HashRing(servers),
    changes() {
      const ring = new HashRing(servers)
      return leavingAndJoining(
        () => ring.remove(server),
        () => ring.add(server),
      )
    },
  },
  hashRing('hashring, 1,000 keys that it remembers', 1000),
  {
    ...hashing,
    name: 'consistent-hash',
    prepare(seed) {
      const ring = seededConsistentHash(servers, seed)
      const get = (key: string): string => ring.get(key)
      return { inputs: clientKeys(manyKeys, seed), pick: get, pickedKey: get }
    },
    // It puts off its work until it is asked.
    build: () => plainConsistentHash(servers).get('a client'),
    changes() {
      const ring = plainConsistentHash(servers)
      ring.get('a client')
      const thenAsk = (change: () => void) => () => {
        change()
        return ring.get('a client')
      }
      return leavingAndJoining(
        thenAsk(() => ring.remove(server)),
        thenAsk(() => ring.add(server)),
      )
    },
  },
]

function leavingAndJoining(leave: () => unknown, join: () => unknown): () => unknown {
  let isLeaving = false
  return () => {
    isLeaving = !isLeaving
    return isLeaving ? leave() : join()
  }
}
