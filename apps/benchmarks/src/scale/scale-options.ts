/** The command line of `scale.ts`. */

import { parseArgs } from 'node:util'

/** How large the cluster is, and how much happens in it. */
export interface ScaleOptions {
  readonly ingresses: number
  /** Of each Ingress. */
  readonly paths: number
  readonly services: number
  /** Of all Services together, in EndpointSlices of at most 100. */
  readonly endpoints: number
  /** Changes a second. */
  readonly events: number
  /** Requests a second. */
  readonly requests: number
  /** Length of each phase. */
  readonly seconds: number
  /** Measured changes, while others arrive. */
  readonly probes: number
  /** As the controller's `--workers`. */
  readonly workers: number
  readonly seed: number
  /** `sources` needs no build and starts slower. */
  readonly controller: 'built' | 'sources'
  readonly goal: 'print' | 'write'
  readonly profile: 'none' | 'main-thread'
}

export type ParsedScaleOptions =
  | { readonly kind: 'run'; readonly options: ScaleOptions }
  | { readonly kind: 'help' }
  | { readonly kind: 'wrong'; readonly message: string }

const full = {
  ingresses: 10_000,
  paths: 3,
  services: 1000,
  endpoints: 100_000,
  events: 500,
  requests: 500,
  seconds: 30,
  probes: 200,
  workers: 1,
  seed: 1,
}
const small = {
  ...full,
  ingresses: 200,
  services: 20,
  endpoints: 2000,
  events: 100,
  requests: 100,
  seconds: 2,
  probes: 8,
}

type Sizes = typeof full

export function parseScaleOptions(args: readonly string[]): ParsedScaleOptions {
  try {
    const { values } = parseArgs({ args: [...args], options: shapes })
    if (values.help === true) return { kind: 'help' }
    const defaults = values.small === true ? small : full
    const sizes = Object.fromEntries(
      Object.entries(defaults).map(([name, value]) => [name, wholeNumber(name, values[name as keyof Sizes], value)]),
    ) as Sizes
    if (sizes.endpoints < sizes.services) throw new Error('--endpoints must be at least as many as --services')
    if (values.write === true && values.small === true) throw new Error('--write does not go with --small')
    return {
      kind: 'run',
      options: {
        ...sizes,
        controller: values.sources === true ? 'sources' : 'built',
        goal: values.write === true ? 'write' : 'print',
        profile: values.profile === true ? 'main-thread' : 'none',
      },
    }
  } catch (error) {
    return { kind: 'wrong', message: error instanceof Error ? error.message : String(error) }
  }
}

const shapes = {
  ingresses: { type: 'string' },
  paths: { type: 'string' },
  services: { type: 'string' },
  endpoints: { type: 'string' },
  events: { type: 'string' },
  requests: { type: 'string' },
  seconds: { type: 'string' },
  probes: { type: 'string' },
  workers: { type: 'string' },
  seed: { type: 'string' },
  small: { type: 'boolean' },
  sources: { type: 'boolean' },
  write: { type: 'boolean' },
  profile: { type: 'boolean' },
  help: { type: 'boolean' },
} as const

function wholeNumber(option: string, value: string | undefined, otherwise: number): number {
  if (value === undefined) return otherwise
  if (!/^[1-9]\d{0,5}$/.test(value)) throw new Error(`--${option} ${value} is not a whole number from 1 to 999999`)
  return Number(value)
}

/** What `--help` prints. */
export const scaleHelp: string = `ingresskit in a large and busy cluster: start, memory, CPU, how soon a change is live, and what traffic notices

node apps/benchmarks/src/scale.ts [options]

  --ingresses N   Ingresses (default ${full.ingresses})
  --paths N       paths of each (default ${full.paths})
  --services N    Services (default ${full.services})
  --endpoints N   endpoints of all Services together, in EndpointSlices of at most 100 (default ${full.endpoints})
  --events N      changes of objects a second (default ${full.events})
  --requests N    requests a second (default ${full.requests})
  --seconds N     length of each phase (default ${full.seconds})
  --probes N      changes whose way into traffic is measured while others arrive (default ${full.probes})
  --workers N     --workers of the controller (default ${full.workers})
  --seed N        another course of events (default ${full.seed})
  --small         a small cluster and short phases, to see whether everything runs; its figures mean nothing
  --sources       the controller from its sources: needs no build, starts slower
  --profile       a CPU profile of the controller, and the functions of its main thread that take the most time
  --write         also puts the table into docs/performance.md
  --help          this

Examples
  node apps/benchmarks/src/scale.ts --profile --seconds 10
  node apps/benchmarks/src/scale.ts --write

The API server is that of the testkit, in a process of its own. Needs Linux, two cores and a build; takes about four minutes.
The table goes to standard output, what is done to standard error. Ends with 0, with 1 when something answered wrongly or did not
come about, with 2 for a wrong option.
`
