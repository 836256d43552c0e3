/** Header fields in received order, case and duplicates preserved. */

/** Header fields whatever holds them. Lookups are by lower-case name, O(n) in the number of fields, without allocation where not said otherwise. */
export interface Fields extends Iterable<readonly [name: string, value: string]> {
  /** `[name, value, name, value, …]`; must not change. */
  readonly flat: readonly string[]
  /** Number of fields. */
  readonly count: number
  /** The first value, or `undefined`. */
  get(lowerName: string): string | undefined
  /** Every value in order, in a new array; empty when there is none. */
  getAll(lowerName: string): readonly string[]
  /** Whether there is such a field. */
  has(lowerName: string): boolean
  /** Whether there is more than one such field. */
  repeats(lowerName: string): boolean
}

/** Over the form that node:http has its headers in. */
export class FieldList implements Fields {
  /** As it was given. */
  readonly flat: readonly string[]

  /** Wraps the array without copying it. */
  constructor(flat: readonly string[]) {
    this.flat = flat
  }

  /** O(1). */
  get count(): number {
    return this.flat.length / 2
  }

  /** O(n). */
  get(lowerName: string): string | undefined {
    const at = indexOfName(this.flat, lowerName, 0)
    return at < 0 ? undefined : this.flat[at + 1]
  }

  /** O(n). */
  getAll(lowerName: string): readonly string[] {
    const { flat } = this
    let at = indexOfName(flat, lowerName, 0)
    if (at < 0) return none
    const values: string[] = []
    for (; at >= 0; at = indexOfName(flat, lowerName, at + 2)) values.push(flat[at + 1] ?? '')
    return values
  }

  /** O(n). */
  has(lowerName: string): boolean {
    return indexOfName(this.flat, lowerName, 0) >= 0
  }

  /** O(n). */
  repeats(lowerName: string): boolean {
    const at = indexOfName(this.flat, lowerName, 0)
    return at >= 0 && indexOfName(this.flat, lowerName, at + 2) >= 0
  }

  /** Pairs in order; allocates one array for each. */
  *[Symbol.iterator](): Iterator<readonly [name: string, value: string]> {
    const { flat } = this
    for (let at = 0; at + 1 < flat.length; at += 2) yield [flat[at] ?? '', flat[at + 1] ?? ''] as const
  }
}

const none: readonly string[] = []

function indexOfName(flat: readonly string[], lowerName: string, from: number): number {
  const { length } = lowerName
  for (let at = from; at + 1 < flat.length; at += 2) {
    const name = flat[at]
    if (name !== undefined && name.length === length && isNamed(name, lowerName)) return at
  }
  return -1
}

/** Whether a field name is this one, given in lower case (RFC 9110 §5.1: names are case-insensitive). */
export function isNamed(name: string, lowerName: string): boolean {
  return name.length === lowerName.length && isNamedAt(name, 0, lowerName)
}

/** Whether the text goes on with this name, given in lower case; letters of either case count as the same (RFC 9110 §5.1). */
export function isNamedAt(text: string, start: number, lowerName: string): boolean {
  for (let at = 0; at < lowerName.length; at++) {
    const code = text.charCodeAt(start + at)
    if ((code >= 65 && code <= 90 ? code + 32 : code) !== lowerName.charCodeAt(at)) return false
  }
  return true
}

/** The elements of comma-separated lists, trimmed and in lower case; empty ones are skipped (RFC 9110 §5.6.1). */
export function listTokens(values: readonly string[]): string[] {
  const tokens: string[] = []
  for (const value of values) {
    for (const element of value.split(',')) {
      const trimmed = element.trim().toLowerCase()
      if (trimmed !== '') tokens.push(trimmed)
    }
  }
  return tokens
}
