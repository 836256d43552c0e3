import fc from 'fast-check'

/** Draws what one case of a property is made of. */
export interface Draw {
  /** A whole number from `min` to `max`. */
  integer(min: number, max: number): number
  /** One of them. */
  oneOf<T>(choices: readonly [T, ...T[]]): T
  /** `min` to `max` of what is drawn. */
  list<T>(min: number, max: number, draw: () => T): readonly T[]
}

/** Holds a property against 100 drawn cases, and shrinks the one that breaks it; fit for cases that are made step by step. */
export function forDrawnCases(property: (draw: Draw) => void): void {
  fc.assert(
    fc.property(fc.gen(), generate => {
      const integer = (min: number, max: number): number => generate(fc.integer, { min, max })
      property({
        integer,
        oneOf: choices => choices[integer(0, choices.length - 1)] ?? choices[0],
        list: (min, max, draw) => Array.from({ length: integer(min, max) }, draw),
      })
    }),
    { numRuns: 100, seed: Number(process.env['FC_SEED'] ?? 1) },
  )
}
