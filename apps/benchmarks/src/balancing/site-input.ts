/** The endpoints and keys that all contestants get; the same for the same seed. */

import type { Endpoint } from '@ingresskit/load-balancing'
import { randomNumbers } from '../random-numbers.ts'

/** Endpoints of weight 1, or of the weights 1 to 10 in turns. */
export function endpointsOf(count: number, weights: 'equal' | 'weighted' = 'equal'): readonly Endpoint[] {
  return Array.from({ length: count }, (_, index) => {
    const key = `10.0.${index >> 8}.${index & 255}:8080`
    return weights === 'equal' ? { key } : { key, weight: 1 + (index % 10) }
  })
}

/** So many different keys like those of clients: an address and a number. */
export function clientKeys(count: number, seed: number): readonly string[] {
  const random = randomNumbers(seed, 'clients')
  const byte = (): number => Math.floor(random() * 256)
  const keys = new Set<string>()
  // Through a buffer, because text that was put together from parts is slow to read until it was read once.
  while (keys.size < count)
    keys.add(Buffer.from(`${byte()}.${byte()}.${byte()}.${byte()}:${byte()}`).toString('latin1'))
  return [...keys]
}

/** More than a cache of some thousand entries holds. */
export const manyKeys = 65_536
