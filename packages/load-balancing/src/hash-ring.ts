/** A consistent-hashing ring: each endpoint owns the arcs that end in its points. */

import { murmurHash3 } from './murmur-hash3.ts'

/** An immutable ring. Its memory is 9 bytes per point. */
export interface HashRing {
  /** Keys of the owners in code-unit order; an owner is an index into it. */
  readonly keys: readonly string[]
  /** How many points each owner has. */
  readonly pointCounts: readonly number[]
  /** Points per unit of weight that the counts were made with. */
  readonly pointsPerWeight: number
  /**
   * The points in ascending order, each as `point × ownerRange + owner`: equal ones are in the order of their owners' keys,
   * so the lower key wins a collision.
   */
  readonly points: Float64Array
  /**
   * The circle in equal arcs, their number a power of two: how many points come before each arc, and the number of all.
   * Narrows the search to the points of one arc.
   */
  readonly arcs: Uint32Array
  /** How far a hash is shifted to the right to give the number of its arc. */
  readonly arcShift: number
}

/** A point and its owner in one exact double, 32 + 21 bits, so that finding one finds both. No set has 2 million endpoints. */
export const ownerRange: number = 2 ** 21

// Shares vary by 1/√points: with 320 about 5.6 %, which keeps the busiest of 100 equal endpoints below 1.25 × average.
const fullPointsPerWeight = 320
// 8 MiB per ring; reached by 3,276 endpoints of weight 1. Beyond, points per weight are halved until they fit.
const maxPoints = 2 ** 20
// A ring that shrank keeps its points per weight, so no key moves, until it is this much emptier than it could be.
const coarsestFill = 1 / 16
// Points are as good as uniform, so an arc holds 4 to 8 of them; 1 MiB of arcs at most.
const pointsPerArc = 4

/** The ring of no endpoints. */
export const emptyRing: HashRing = {
  keys: [],
  pointCounts: [],
  pointsPerWeight: fullPointsPerWeight,
  points: new Float64Array(0),
  arcs: new Uint32Array(3),
  arcShift: 31,
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

  const ownerByKey = new Map(keys.map((key, owner) => [key, owner]))
  const keptAs = previous.keys.map((key, old) => {
    const owner = ownerByKey.get(key)
    return owner !== undefined && pointCounts[owner] === previous.pointCounts[old] ? owner : undefined
  })
  const kept = new Set(keptAs)
  const fresh = sortedPoints(keys, pointCounts, owner => !kept.has(owner))
  const points = merged(previous, keptAs, fresh)
  return { keys, pointCounts, pointsPerWeight, points, ...arcsOf(points) }
}

/**
 * Owner of the first point at or after the hash, going round; points of excluded owners are passed.
 * Undefined when all are excluded. O(1) expected, O(log points) at worst, plus the points passed.
 */
export const ownerOfHash = (
  ring: HashRing,
  hash: number,
  excluded: ReadonlySet<string> | undefined,
): number | undefined => {
  const { keys, points } = ring
  const first = firstAtOrAfter(ring, hash)
  if (excluded === undefined) return points.length === 0 ? undefined : ownerOf(points[first] ?? points[0] ?? 0)
  // Keeps the walk from going all the way round in vain.
  if (excluded.size >= keys.length && keys.every(key => excluded.has(key))) return undefined
  for (let step = 0; step < points.length; step += 1) {
    const owner = ownerOf(points[(first + step) % points.length] ?? 0)
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

/** The points of the chosen owners, ascending. */
const sortedPoints = (
  keys: readonly string[],
  pointCounts: readonly number[],
  isChosen: (owner: number) => boolean,
): Float64Array => {
  const total = pointCounts.reduce((sum, count, owner) => sum + (isChosen(owner) ? count : 0), 0)
  const points = new Float64Array(total)
  let end = 0
  for (const [owner, key] of keys.entries()) {
    if (!isChosen(owner)) continue
    // Each point seeds the hash of the next one: independent of other keys, and the same prefix for every count.
    let point = 0
    for (let count = pointCounts[owner] ?? 0; count > 0; count -= 1) {
      point = murmurHash3(key, point)
      points[end] = point * ownerRange + owner
      end += 1
    }
  }
  return points.sort()
}

/** Merges what stays of the previous ring with new points; both are in order already. */
const merged = (previous: HashRing, keptAs: readonly (number | undefined)[], fresh: Float64Array): Float64Array => {
  const keptCount = keptAs.reduce<number>(
    (sum, owner, old) => sum + (owner === undefined ? 0 : (previous.pointCounts[old] ?? 0)),
    0,
  )
  const points = new Float64Array(keptCount + fresh.length)
  let end = 0
  let freshEnd = 0
  const appendFreshBelow = (limit: number): void => {
    for (let point = fresh[freshEnd]; point !== undefined && point < limit; point = fresh[freshEnd]) {
      points[end] = point
      end += 1
      freshEnd += 1
    }
  }
  for (const point of previous.points) {
    const old = ownerOf(point)
    const owner = keptAs[old]
    if (owner === undefined) continue
    const kept = point - old + owner
    appendFreshBelow(kept)
    points[end] = kept
    end += 1
  }
  appendFreshBelow(Number.POSITIVE_INFINITY)
  return points
}

const arcsOf = (points: Float64Array): Pick<HashRing, 'arcs' | 'arcShift'> => {
  // Two arcs at least: a shift by 32 bits would be one by none.
  const arcBits = Math.max(1, Math.floor(Math.log2(points.length / pointsPerArc)))
  const arcShift = 32 - arcBits
  const arcLength = ownerRange * 2 ** arcShift
  const arcs = new Uint32Array(2 ** arcBits + 1).fill(points.length)
  let arc = 0
  for (const [before, point] of points.entries()) {
    for (; arc * arcLength <= point; arc += 1) arcs[arc] = before
  }
  return { arcs, arcShift }
}

// What `%` gives, but `%` of doubles is slow.
const ownerOf = (point: number): number => point - Math.floor(point / ownerRange) * ownerRange

const firstAtOrAfter = ({ points, arcs, arcShift }: HashRing, hash: number): number => {
  const arc = hash >>> arcShift
  const least = hash * ownerRange
  let low = arcs[arc] ?? 0
  let high = arcs[arc + 1] ?? 0
  while (high - low > fewPoints) {
    const middle = (low + high) >>> 1
    if ((points[middle] ?? 0) < least) low = middle + 1
    else high = middle
  }
  while (low < high && (points[low] ?? 0) < least) low += 1
  return low
}

/** So few are faster looked at one by one. */
const fewPoints = 8
