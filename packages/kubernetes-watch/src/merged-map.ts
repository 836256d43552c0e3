// One map out of many, with as little copying and as much identity as possible.
import { keepIfSame, type ObjectMap } from './object-maps.ts'

/** Joins maps with distinct keys; call after call for the same kind. */
export type MapMerger = (parts: readonly ObjectMap[]) => ObjectMap

/** A merger that answers the same map as before while its parts hold the same objects. O(objects) when one changed. */
export function mapMerger(): MapMerger {
  let previousParts: readonly ObjectMap[] = []
  let merged: ObjectMap = new Map()
  return parts => {
    const same = parts.length === previousParts.length && parts.every((part, index) => part === previousParts[index])
    if (same) return merged
    previousParts = parts
    const [only] = parts
    const next = parts.length === 1 && only ? only : new Map(parts.flatMap(part => [...part]))
    merged = keepIfSame(merged, next)
    return merged
  }
}
