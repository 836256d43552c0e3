/** The command line of `simulation.ts` and `balancing-costs.ts`. */

import { parseArgs } from 'node:util'

export interface ProgramOptions {
  readonly seed: number
  readonly scale: 'full' | 'quick'
  /** `write`: the tables go into the README too, which only those of a full run with the default seed may. */
  readonly goal: 'print' | 'write'
}

export type ParsedProgramOptions =
  | { readonly kind: 'run'; readonly options: ProgramOptions }
  | { readonly kind: 'help' }
  | { readonly kind: 'wrong'; readonly message: string }

/** The seed of the tables in the README. */
export const defaultSeed = 1

export function parseProgramOptions(args: readonly string[]): ParsedProgramOptions {
  try {
    const { values } = parseArgs({ args: [...args], options: shapes })
    if (values.help === true) return { kind: 'help' }
    const seed = seedOf(values.seed)
    const scale = values.quick === true ? 'quick' : 'full'
    const goal = values.write === true ? 'write' : 'print'
    if (goal === 'write' && (scale === 'quick' || seed !== defaultSeed)) {
      return {
        kind: 'wrong',
        message: '--write goes with neither --quick nor another --seed: the README shows the full run',
      }
    }
    return { kind: 'run', options: { seed, scale, goal } }
  } catch (error) {
    return { kind: 'wrong', message: error instanceof Error ? error.message : String(error) }
  }
}

const shapes = {
  seed: { type: 'string' },
  quick: { type: 'boolean' },
  write: { type: 'boolean' },
  help: { type: 'boolean' },
} as const

function seedOf(text: string = String(defaultSeed)): number {
  if (!/^\d{1,9}$/.test(text)) throw new Error(`--seed ${text} is not a whole number from 0 to 999999999`)
  return Number(text)
}
