/** The costs as tables. */

import { markdownTable } from '../report/markdown-table.ts'
import { inFlightEach } from './balancer-case.ts'
import type { CostCase } from './cost-case.ts'
import type { CaseCosts } from './costs-of-case.ts'
import { type KeySpread, spreadOf } from './key-spread.ts'

/** Costs of a case, over all passes. */
export interface MeasuredCase {
  readonly of: CostCase
  readonly costs: CaseCosts
}

/** What all of it was measured with. */
export interface CostRun {
  readonly seed: number
  /** Of one look at `performance.now`, which some cases take. */
  readonly clockNs: number
}

/** The text for the README. */
export function costTables(cases: readonly MeasuredCase[], spreads: readonly KeySpread[], run: CostRun): string {
  const rows = cases.map(({ of, costs }) => [
    of.name,
    nanoseconds(costs.pickNs),
    nanoseconds(costs.pickAndCountNs),
    milliseconds(costs.buildNs),
    milliseconds(costs.changeNs),
  ])
  return [
    legend(run),
    markdownTable(['', 'pick, ns', 'with start and end, ns', 'build, ms', 'change, ms'], rows),
    spreadLegend,
    markdownTable(
      ['', 'busiest / average', 'moved of the others, %'],
      spreads.map(({ name, maxOverAverage, movedOfOthers }) => [
        name,
        maxOverAverage.toFixed(3),
        (100 * movedOfOthers).toFixed(2),
      ]),
    ),
    npmNotes,
  ].join('\n\n')
}

const legend = ({
  seed,
  clockNs,
}: CostRun): string => `Node ${process.versions.node}, seed ${seed}; 1,000 endpoints unless it says another number, ${inFlightEach} attempts in flight on each. CPU time, the least of several batches and passes, each case in a thread of its own; the machine
was shared, so only ratios mean much. *With start and end*: pick, \`started\`, and \`finished\` of the attempt that is in flight for longest. *Change*: one endpoint leaves or joins, the mean of both; it and *build* include the first pick by a hash key.
Pieces stand around round-robin unless they name something else, and include its cost. Hash strategies get 65,536 different keys.
A look at the clock, \`performance.now()\`, is ${clockNs.toFixed(0)} ns of a pick of avoid unhealthy, and of each end that is reported to it or to peak-ewma.`

const spreadLegend = `${spreadOf.keys.toLocaleString('en')} keys over ${spreadOf.endpoints} endpoints; one of them leaves (mean over ${spreadOf.leaving.length}), and the keys of the others should stay. Of so many keys chance alone gives the busiest one about 1.06:`

const npmNotes = `hashring 3.2.0, consistent-hash 1.2.2 and undici 8.12.4 as they come (consistent-hash draws its points by chance, here from the seed). undici's pools have no public way to choose only: it is \`dispatch\` over
clients that do nothing, and counts nothing, which their clients do; building is mostly making 1,000 pools. \`RoundRobinPool\` chooses among connections to one origin, here 1,000, and opens them by itself.`

function nanoseconds(values: readonly number[]): string {
  return values.length === 0 ? '' : Math.round(Math.min(...values)).toLocaleString('en')
}

function milliseconds(values: readonly number[]): string {
  if (values.length === 0) return ''
  const ms = Math.min(...values) / 1e6
  return ms < 10 ? ms.toFixed(2) : ms.toFixed(0)
}
