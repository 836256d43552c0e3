/** What a parser made of a sequence of bytes, in a form in which two parsers can be compared. */

export interface ReadRequest {
  readonly method: string
  readonly target: string
  readonly version: string
  /** `[name, value, …]` as received. */
  readonly flat: readonly string[]
  readonly body: string
  readonly trailers: readonly string[]
}

export interface RequestReading {
  /** Whole messages, in order. */
  readonly messages: readonly ReadRequest[]
  /** `between`: nothing is left. `within`: in the middle of a message. `closed`: the last message said that none follows. */
  readonly ending: 'between' | 'within' | 'closed' | 'refused'
  /** Why, with `refused`. */
  readonly fault?: string
}

export interface ReadAnswer {
  readonly status: number
  readonly phrase: string
  readonly version: string
  readonly flat: readonly string[]
  readonly body: string
  readonly trailers: readonly string[]
}

/** One answer to one request, the connection ended behind the bytes. */
export type AnswerReading =
  | { readonly kind: 'whole'; readonly interim: readonly number[]; readonly answer: ReadAnswer }
  | { readonly kind: 'cut' }
  | { readonly kind: 'refused'; readonly fault: string }

/** Pieces of the bytes, one character per byte. */
export function cutAt(bytes: string, cuts: readonly number[]): readonly string[] {
  const places = [...new Set(cuts.map(cut => cut % Math.max(1, bytes.length)))].toSorted((a, b) => a - b)
  const pieces: string[] = []
  let from = 0
  for (const to of [...places, bytes.length]) {
    if (to > from) pieces.push(bytes.slice(from, to))
    from = Math.max(from, to)
  }
  return pieces
}
