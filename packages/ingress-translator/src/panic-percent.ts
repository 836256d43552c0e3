import type { ValueReader } from './key-value-list.ts'
import { integer } from './value-readers.ts'

/** The panic threshold beside the settings of `health-check` and of `outlier-detection`: it is one for both. */
export interface WithPanicPercent<S> {
  readonly settings: S
  /** Absent: not given here. */
  readonly panicPercent?: number
}

/** The key of both annotations. */
export const panicPercentReader: { readonly key: string; readonly read: ValueReader<number> } = {
  key: 'panic-percent',
  read: integer({ from: 0, to: 100 }),
}

/** Puts a threshold that was given apart from the settings, over their defaults. */
export function withPanicPercent<S extends object>(
  { panicPercent, ...settings }: Partial<S> & { readonly panicPercent?: number },
  defaults: S,
): WithPanicPercent<S> {
  return { settings: { ...defaults, ...settings }, ...(panicPercent === undefined ? {} : { panicPercent }) }
}
