/** The part of a client's list that is looked at. */

/** How much of a list is looked at. */
export interface ListBounds {
  readonly maxItems: number
  /** In characters, separators included. */
  readonly maxLength: number
}

/** The first items, as long as they are whole within the bounds; an empty text has one empty item. */
export const wholeItems = (text: string, separator: string, bounds: ListBounds): readonly string[] =>
  wholeWithin(text, separator, bounds.maxLength).split(separator, bounds.maxItems)

/** What stands before the last separator within `maxLength` characters, or all of a text that is not longer. */
export const wholeWithin = (text: string, separator: string, maxLength: number): string =>
  text.length <= maxLength ? text : text.slice(0, Math.max(0, text.lastIndexOf(separator, maxLength)))
