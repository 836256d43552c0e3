/** A consistent-hashing ring: each endpoint owns the arcs that end in its points. */

import { murmurHash3 } from './murmur-hash3.ts'

/** An immutable ring. Its memory is 8 bytes per point. */
export interface HashRing {
  /** Keys of the owners in code-unit order; an owner is an index into it. */
  readonly keys: readonly string[]
  /** How many points each owner has. */
  readonly pointCounts: readonly number[]
  /** Points per unit of weight that the counts were made with. */
  readonly pointsPerWeight: number
  /** Points in ascending order; equal ones in the order of their owners' keys, so the lower key wins a collision. */
  readonly points: Uint32Array
  /** The owner of each point. */
  readonly owners: Uint32Array
}

// Shares vary by 1/√points: with 320 about 5.6 %, which keeps the busiest of 100 equal endpoints below 1.25 × average.
const fullPointsPerWeight = 320
// 8 MiB per ring; reached by 3,276 endpoints of weight 1. Beyond, points per weight are halved until they fit.
const maxPoints = 2 ** 20
// A ring that shrank keeps its points per weight, so no key moves, until it is this much emptier than it could be.
const coarsestFill = 1 / 16
// Packs a point and its owner into one exact double for sorting: 32 + 21 bits. No set has 2 million endpoints.
const ownerRange = 2 ** 21

/** The ring of no endpoints. */
export const emptyRing: HashRing = {
  keys: [],
  pointCounts: [],
  pointsPerWeight: fullPointsPerWeight,
  points: new Uint32Array(0),
  owners: new Uint32Array(0),
}

/**
 * The ring over these keys, made from the one before: endpoints that stay keep their points, so none of their keys moves
 * to another endpoint that stayed. Weights run parallel to the keys and are above 0.
 *
 * An endpoint has 320 points per unit of weight, fewer when the total would pass 2²⁰ (then at least one each). Up to
 * that total the ring depends on the set alone, so that replicas agree; beyond, also on the sets before it.
 * O(points), plus hashing and sorting the points of new endpoints.
 */
export const nextRing = (previous: HashRing, newKeys: readonly string[], newWeights: readonly number[]): HashRing => {
  const members = newKeys
    .map((key, index) => ({ key, weight: newWeights[index] ?? 1 }))
    .sort((a, b) => (a.key < b.key ? -1 : 1))
  const pointsPerWeight = fittingPointsPerWeight(members, previous.pointsPerWeight)
  const keys = members.map(member => member.key)
  const pointCounts = members.map(member => Math.max(1, Math.round(member.weight * pointsPerWeight)))

  const ownerOf = new Map(keys.map((key, owner) => [key, owner]))
  const keptAs = previous.keys.map((key, old) => {
    const owner = ownerOf.get(key)
    return owner !== undefined && pointCounts[owner] === previous.pointCounts[old] ? owner : undefined
  })
  const kept = new Set(keptAs)
  const fresh = sortedPoints(keys, pointCounts, owner => !kept.has(owner))
  const { points, owners } = merged(previous, keptAs, fresh)
  return { keys, pointCounts, pointsPerWeight, points, owners }
}

/**
 * Owner of the first point at or after the hash, going round; points of excluded owners are passed.
 * Undefined when all are excluded. O(log points), plus the points passed.
 */
export const ownerOfHash = (
  ring: HashRing,
  hash: number,
  excluded: ReadonlySet<string> | undefined,
): number | undefined => {
  const { keys, points, owners } = ring
  const first = firstAtOrAfter(points, hash)
  if (excluded === undefined) return owners[first] ?? owners[0]
  // Keeps the walk from going all the way round in vain.
  if (excluded.size >= keys.length && keys.every(key => excluded.has(key))) return undefined
  for (let step = 0; step < points.length; step += 1) {
    const owner = owners[(first + step) % points.length] ?? 0
    if (!excluded.has(keys[owner] ?? '')) return owner
  }
  return undefined
}

const fittingPointsPerWeight = (members: readonly { readonly weight: number }[], before: number): number => {
  const totalWeight = members.reduce((sum, member) => sum + member.weight, 0)
  let fitting = fullPointsPerWeight
  while (fitting * totalWeight > maxPoints) fitting /= 2
  return before < fitting && before * totalWeight >= maxPoints * coarsestFill ? before : fitting
}

/** Points of the chosen owners as `point × ownerRange + owner`, ascending. */
const sortedPoints = (
  keys: readonly string[],
  pointCounts: readonly number[],
  isChosen: (owner: number) => boolean,
): Float64Array => {
  const total = pointCounts.reduce((sum, count, owner) => sum + (isChosen(owner) ? count : 0), 0)
  const packed = new Float64Array(total)
  let end = 0
  for (const [owner, key] of keys.entries()) {
    if (!isChosen(owner)) continue
    // Each point seeds the hash of the next one: independent of other keys, and the same prefix for every count.
    let point = 0
    for (let count = pointCounts[owner] ?? 0; count > 0; count -= 1) {
      point = murmurHash3(key, point)
      packed[end] = point * ownerRange + owner
      end += 1
    }
  }
  return packed.sort()
}

/** Merges what stays of the previous ring with new points; both are in order already. */
const merged = (
  previous: HashRing,
  keptAs: readonly (number | undefined)[],
  fresh: Float64Array,
): Pick<HashRing, 'points' | 'owners'> => {
  const keptCount = keptAs.reduce<number>(
    (sum, owner, old) => sum + (owner === undefined ? 0 : (previous.pointCounts[old] ?? 0)),
    0,
  )
  // All stayed and none is new, so owners have the same numbers as before.
  if (fresh.length === 0 && keptCount === previous.points.length) return previous
  const points = new Uint32Array(keptCount + fresh.length)
  const owners = new Uint32Array(points.length)
  let end = 0
  let freshEnd = 0
  const appendFreshBelow = (limit: number): void => {
    for (let packed = fresh[freshEnd]; packed !== undefined && packed < limit; packed = fresh[freshEnd]) {
      const point = Math.floor(packed / ownerRange)
      points[end] = point
      owners[end] = packed - point * ownerRange
      end += 1
      freshEnd += 1
    }
  }
  for (let at = 0; at < previous.points.length; at += 1) {
    const owner = keptAs[previous.owners[at] ?? 0]
    if (owner === undefined) continue
    const point = previous.points[at] ?? 0
    appendFreshBelow(point * ownerRange + owner)
    points[end] = point
    owners[end] = owner
    end += 1
  }
  appendFreshBelow(Number.POSITIVE_INFINITY)
  return { points, owners }
}

const firstAtOrAfter = (points: Uint32Array, hash: number): number => {
  let low = 0
  let high = points.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((points[middle] ?? 0) < hash) low = middle + 1
    else high = middle
  }
  return low
}
