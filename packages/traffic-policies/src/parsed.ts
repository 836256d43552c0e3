/** What a parser of annotation text answers. */

/**
 * The value a text stands for, or what is wrong with it.
 *
 * `message` is a sentence for the author of the annotation: which part is wrong, and what to write instead. It does not name the
 * object or the annotation; the caller knows them.
 */
export type Parsed<T> =
  | { readonly kind: 'parsed'; readonly value: T }
  | { readonly kind: 'invalid'; readonly message: string }

export const parsed = <T>(value: T): Parsed<T> => ({ kind: 'parsed', value })

export const invalid = (message: string): Parsed<never> => ({ kind: 'invalid', message })

/** A part of somebody's text for a message: at most 60 characters of it, in quotes. */
export const quoted = (text: string): string => JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text)
