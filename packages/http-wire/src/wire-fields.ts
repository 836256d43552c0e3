/** Header fields as they stand in the text of their head: no string is made of a field before somebody asks for it. */

import { isNamedAt, type Fields } from './field-list.ts'

/** Numbers kept of a field: where its name begins and ends, and its value. */
export const marksOfField: number = 4

/** What the parser found. */
export interface ParsedFields {
  /** The text they stand in. */
  readonly text: string
  /** Four positions of each: where its name begins and ends, where its value does. */
  readonly marks: readonly number[]
  /** Position after the empty line. */
  readonly end: number
  /** `nameSignature` of every field. */
  readonly seen: number
  /** Every line is `name: value`, with one space and none at its end. */
  readonly isPlain: boolean
}

/** Made by the parser. */
export class WireFields implements Fields {
  /** The text they stand in. */
  readonly text: string
  /** Position in `text` after the empty line that ends them. */
  readonly end: number
  /** Every line is `name: value` with one space and none at its end: others are not passed on as they stand, since some parsers keep the white space. */
  readonly isPlain: boolean
  readonly #marks: readonly number[]
  readonly #seen: number
  #flat: readonly string[] | undefined

  constructor(parsed: ParsedFields) {
    this.text = parsed.text
    this.end = parsed.end
    this.isPlain = parsed.isPlain
    this.#marks = parsed.marks
    this.#seen = parsed.seen
  }

  /** O(1). */
  get count(): number {
    return this.#marks.length / marksOfField
  }

  /** Made on first use. */
  get flat(): readonly string[] {
    if (this.#flat === undefined) {
      const flat: string[] = []
      for (let index = 0; index < this.count; index++) flat.push(this.nameAt(index), this.valueAt(index))
      this.#flat = flat
    }
    return this.#flat
  }

  /** O(n), or O(1) when no field looks like it. */
  get(lowerName: string): string | undefined {
    const index = this.#find(lowerName, 0)
    return index < 0 ? undefined : this.valueAt(index)
  }

  /** O(n). */
  getAll(lowerName: string): readonly string[] {
    const values: string[] = []
    for (let index = this.#find(lowerName, 0); index >= 0; index = this.#find(lowerName, index + 1))
      values.push(this.valueAt(index))
    return values
  }

  /** O(n), or O(1) when no field looks like it. */
  has(lowerName: string): boolean {
    return this.#find(lowerName, 0) >= 0
  }

  /** O(n). */
  repeats(lowerName: string): boolean {
    const index = this.#find(lowerName, 0)
    return index >= 0 && this.#find(lowerName, index + 1) >= 0
  }

  /** Where the name of a field begins, and with it its line. */
  nameStart(index: number): number {
    return this.#marks[index * marksOfField] ?? this.end - 2
  }

  /** Where its name ends: at the colon. */
  nameEnd(index: number): number {
    return this.#marks[index * marksOfField + 1] ?? this.end
  }

  /** The name of a field, as sent. */
  nameAt(index: number): string {
    return this.text.slice(this.nameStart(index), this.nameEnd(index))
  }

  /** The value of a field, without white space around it. */
  valueAt(index: number): string {
    const at = index * marksOfField
    return this.text.slice(this.#marks[at + 2], this.#marks[at + 3])
  }

  /** The lines of the fields from one to before another, as they were received, line ends included: one slice. */
  lines(from: number, to: number): string {
    return this.text.slice(this.nameStart(from), this.nameStart(to))
  }

  /** Pairs in order. */
  *[Symbol.iterator](): Iterator<readonly [name: string, value: string]> {
    for (let index = 0; index < this.count; index++) yield [this.nameAt(index), this.valueAt(index)] as const
  }

  #find(lowerName: string, from: number): number {
    const { text } = this
    const marks = this.#marks
    const { length } = lowerName
    if ((this.#seen & nameSignature(lowerName.charCodeAt(0), length)) === 0) return -1
    for (let at = from * marksOfField; at < marks.length; at += marksOfField) {
      const start = marks[at] ?? 0
      if ((marks[at + 1] ?? 0) - start === length && isNamedAt(text, start, lowerName)) return at / marksOfField
    }
    return -1
  }
}

/** One bit of 32 for a first letter of either case and a length: most lookups are for fields that are not there, and end here. */
export function nameSignature(firstLetter: number, length: number): number {
  return 1 << (((firstLetter | 0x20) + 7 * length) & 31)
}
