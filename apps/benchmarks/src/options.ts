/** The command line of the benchmark. */

import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { type ContestantName, contestantNames } from './contestants/contestant.ts'

export interface Options {
  readonly workloads: readonly string[]
  readonly contestants: readonly ContestantName[]
  readonly rounds: number
  readonly seconds: number
  readonly scale: 'full' | 'quick'
  /** Path of the JSON file. */
  readonly output: string
}

export type ParsedOptions =
  | { readonly kind: 'run'; readonly options: Options }
  | { readonly kind: 'help'; readonly text: string }
  | { readonly kind: 'wrong'; readonly message: string }

/** Where results go, and are taken from, when nothing else is said. */
export const defaultOutput: string = fileURLToPath(new URL('../results/latest.json', import.meta.url))

/** Reads it; `known` are the names of workloads. */
export function parseOptions(args: readonly string[], known: readonly string[]): ParsedOptions {
  try {
    const { values } = parseArgs({ args: [...args], options: shapes })
    if (values.help === true) return { kind: 'help', text: help(known) }
    const quick = values.quick === true
    return {
      kind: 'run',
      options: {
        workloads: chosen('--workload', values.workload, known),
        contestants: chosen('--contestant', values.contestant, contestantNames),
        rounds: wholeNumber('--rounds', values.rounds ?? (quick ? '1' : '3')),
        seconds: wholeNumber('--seconds', values.seconds ?? (quick ? '1' : '5')),
        scale: quick ? 'quick' : 'full',
        output: values.output ?? defaultOutput,
      },
    }
  } catch (error) {
    return { kind: 'wrong', message: error instanceof Error ? error.message : String(error) }
  }
}

const shapes = {
  workload: { type: 'string', multiple: true },
  contestant: { type: 'string', multiple: true },
  rounds: { type: 'string' },
  seconds: { type: 'string' },
  quick: { type: 'boolean' },
  output: { type: 'string' },
  help: { type: 'boolean' },
} as const

/** In the order of the known ones, whatever the order of the command line. */
function chosen<Name extends string>(
  option: string,
  values: readonly string[] | undefined,
  known: readonly Name[],
): readonly Name[] {
  if (values === undefined) return known
  const stranger = values.find(value => !known.some(name => name === value))
  if (stranger !== undefined) throw new Error(`${option} ${stranger} is none of ${known.join(', ')}`)
  return known.filter(name => values.includes(name))
}

function wholeNumber(option: string, value: string): number {
  if (!/^[1-9]\d{0,3}$/.test(value)) throw new Error(`${option} ${value} is not a whole number from 1 to 9999`)
  return Number(value)
}

function help(known: readonly string[]): string {
  return `ingresskit beside nginx, HAProxy, http-proxy-3 and an undici proxy, in one run

node apps/benchmarks/src/main.ts [options]

  --workload NAME    one of these, repeatable (default all):
                     ${known.slice(0, 7).join(', ')},
                     ${known.slice(7).join(', ')}
  --contestant NAME  one of these, repeatable (default all):
                     ${contestantNames.join(', ')}
  --rounds N         rounds of each, after one that does not count (default 3)
  --seconds N        length of a round (default 5)
  --quick            one round of one second, to see whether everything runs; its figures mean nothing
  --output FILE      where every figure goes as JSON (default apps/benchmarks/results/latest.json)
  --help             this

Examples
  node apps/benchmarks/src/main.ts --workload small --contestant nginx --contestant ingresskit-wire
  node apps/benchmarks/src/main.ts --rounds 5 --output run.json
  node apps/benchmarks/src/write-tables.ts run.json    puts its tables into docs/performance.md

Ends with 0; with 1 when a contestant had errors, which makes its figures void; with 2 when it could not begin.
Needs Linux with two cores or more, the built command (pnpm build), and of Debian's packages nginx-light, haproxy,
wrk, openssl and util-linux.
`
}
