import type { z } from 'zod'

/** How an option is written: one value, several, or none (a switch). */
export type OptionShape = 'single' | 'list' | 'switch'

/** One row of the table. `schema` turns what was written (text, or a YAML value) into the value, default included. */
export interface OptionDefinition<T> {
  readonly shape: OptionShape
  /** Placeholder in the help, e.g. `PORT`; empty for a switch. */
  readonly value: string
  readonly help: string
  readonly schema: z.ZodType<T>
}

/** Definitions by long flag name, without the dashes. */
export type OptionTable = Readonly<Record<string, OptionDefinition<unknown>>>

/** The values of a table, as the schemas type them. */
export type OptionValues<Table extends OptionTable> = {
  readonly [Name in keyof Table]: z.output<Table[Name]['schema']>
}
