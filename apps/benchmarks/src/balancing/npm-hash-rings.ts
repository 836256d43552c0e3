/** The published packages for consistent hashing that are compared; neither brings types. */

import { createRequire } from 'node:module'
import { randomNumbers } from '../random-numbers.ts'

const require = createRequire(import.meta.url)

/** hashring 3.2.0: ketama with MD5, 160 points an endpoint; remembers the answers for the last 5,000 keys. */
export const HashRing = require('hashring') as new (servers: readonly string[]) => {
  get(key: string): string
  add(server: string): void
  remove(server: string): void
}

/** consistent-hash 1.2.2: 40 points an endpoint at random places, a shift hash of 24 bits over a ring of 100,003. */
export interface ConsistentHash {
  get(key: string): string
  add(server: string, count?: number, points?: readonly number[]): void
  remove(server: string): void
}

const ConsistentHashRing = require('consistent-hash') as new () => ConsistentHash

/** Its points drawn as it draws them itself (uniformly, no point twice), but the same ones for the same seed. */
export function seededConsistentHash(servers: readonly string[], seed: number): ConsistentHash {
  const random = randomNumbers(seed, 'consistent-hash')
  const taken = new Set<number>()
  const ring = new ConsistentHashRing()
  for (const server of servers) {
    const points: number[] = []
    while (points.length < consistentHashPoints) {
      const point = Math.floor(random() * consistentHashRange)
      if (taken.has(point)) continue
      taken.add(point)
      points.push(point)
    }
    ring.add(server, consistentHashPoints, points)
  }
  return ring
}

/** As it comes: it draws with `Math.random`. */
export function plainConsistentHash(servers: readonly string[]): ConsistentHash {
  const ring = new ConsistentHashRing()
  for (const server of servers) ring.add(server)
  return ring
}

const consistentHashPoints = 40
const consistentHashRange = 100_003
