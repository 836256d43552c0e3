/** How evenly consistent hashing spreads keys, and how many it moves. */

import { type Balancer, createBalancer, type Endpoint } from '@ingresskit/load-balancing'
import { HashRing, seededConsistentHash } from './npm-hash-rings.ts'
import { clientKeys, endpointsOf } from './site-input.ts'

/** Of one way of hashing. */
export interface KeySpread {
  readonly name: string
  /** Keys of the busiest endpoint by those of an average one. */
  readonly maxOverAverage: number
  /** When one endpoint leaves: keys of the others that move too, as a part of theirs. 0 is what consistent hashing is for. */
  readonly movedOfOthers: number
}

/** What is compared. */
export const spreadOf = { endpoints: 100, keys: 200_000, leaving: [0, 47, 99] } as const

/** Averages over the endpoints that leave, each from the full set. */
export function keySpreads(seed: number): readonly KeySpread[] {
  const keys = clientKeys(spreadOf.keys, seed)
  return placements(seed).map(({ name, make }) => {
    const owners = keys.map(make().ownerOf)
    const counts = new Map<string, number>()
    for (const owner of owners) counts.set(owner, (counts.get(owner) ?? 0) + 1)
    const moved = spreadOf.leaving.map(index => {
      const gone = servers[index] ?? ''
      const next = make().without(gone)
      const kept = keys.filter((_, at) => owners[at] !== gone).length
      return keys.filter((key, at) => owners[at] !== gone && next(key) !== owners[at]).length / kept
    })
    return {
      name,
      maxOverAverage: (Math.max(...counts.values()) * spreadOf.endpoints) / keys.length,
      movedOfOthers: moved.reduce((sum, part) => sum + part, 0) / moved.length,
    }
  })
}

const endpoints = endpointsOf(spreadOf.endpoints)
const servers = endpoints.map(({ key }) => key)

interface Placed {
  readonly ownerOf: (key: string) => string
  /** The owners after this endpoint left. */
  readonly without: (server: string) => (key: string) => string
}

function placements(seed: number): readonly { readonly name: string; readonly make: () => Placed }[] {
  return [
    ...(['ring-hash', 'maglev', 'rendezvous'] as const).map(name => ({
      name,
      make: () => placedBy(createBalancer(name, endpoints)),
    })),
    { name: 'hashring', make: () => removable(new HashRing(servers)) },
    { name: 'consistent-hash', make: () => removable(seededConsistentHash(servers, seed)) },
  ]
}

function placedBy(balancer: Balancer<Endpoint>): Placed {
  const ownerIn = (of: Balancer<Endpoint>) => (hashKey: string) => {
    const result = of.pick({ hashKey })
    return result.kind === 'picked' ? result.endpoint.key : ''
  }
  return {
    ownerOf: ownerIn(balancer),
    without: server => ownerIn(balancer.withEndpoints(endpoints.filter(({ key }) => key !== server))),
  }
}

function removable(ring: { get(key: string): string; remove(server: string): void }): Placed {
  const ownerOf = (key: string): string => ring.get(key)
  return {
    ownerOf,
    without(server) {
      ring.remove(server)
      return ownerOf
    },
  }
}
