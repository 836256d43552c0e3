/** A `HeaderList` over node:http's flat form. */

import type { HeaderList } from './request-head.ts'

/** Wraps `[name, value, …]` without copying it; the array must not change afterwards. */
export function headerList(flat: readonly string[]): HeaderList {
  return {
    flat,
    get: lowerName => {
      const at = indexOfName(flat, lowerName, 0)
      return at < 0 ? undefined : flat[at + 1]
    },
    getAll: lowerName => {
      const values: string[] = []
      for (let at = indexOfName(flat, lowerName, 0); at >= 0; at = indexOfName(flat, lowerName, at + 2)) {
        values.push(flat[at + 1] ?? '')
      }
      return values
    },
    has: lowerName => indexOfName(flat, lowerName, 0) >= 0,
    *[Symbol.iterator]() {
      for (let i = 0; i + 1 < flat.length; i += 2) yield [flat[i] ?? '', flat[i + 1] ?? ''] as const
    },
  }
}

function indexOfName(flat: readonly string[], lowerName: string, from: number): number {
  for (let i = from; i + 1 < flat.length; i += 2) {
    const name = flat[i]
    if (name !== undefined && name.length === lowerName.length && equalsLowerCase(name, lowerName)) return i
  }
  return -1
}

function equalsLowerCase(name: string, lowerName: string): boolean {
  for (let i = 0; i < name.length; i++) {
    const code = name.charCodeAt(i)
    const lower = code >= 65 && code <= 90 ? code + 32 : code
    if (lower !== lowerName.charCodeAt(i)) return false
  }
  return true
}
