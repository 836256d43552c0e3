/** Runs the simulation for all contestants, and puts the figures into tables. */

import { markdownTable } from '../report/markdown-table.ts'
import { type Contestant, contestants, type Pieces, pieces } from './contestants.ts'
import { simulate } from './simulate.ts'
import { simulationFigures } from './simulation-figures.ts'
import { joinWindowMs, scenarioText, siteScenario } from './site-scenario.ts'

/** Which run it is. */
export interface SimulationRun {
  readonly seed: number
  readonly length: 'full' | 'short'
}

/**
 * The text that `simulation.ts` prints and the README of load-balancing shows; the same for the same run.
 * `tell` hears of each line as it is done.
 */
export function simulationTables(run: SimulationRun, tell: (line: string) => void): string {
  const tables = pieces.map(piece => {
    const rows = contestants.map(contestant => {
      const cells = simulationRow(run, piece, contestant)
      tell(`${piece.title}, ${cells.join(', ')}`)
      return cells
    })
    return `**${piece.title}**\n\n${markdownTable(head, rows)}`
  })
  return [scenarioText(siteScenario(run.seed, run.length)), legend, ...tables].join('\n\n')
}

/** The cells of one line of a table. */
export function simulationRow(
  { seed, length }: SimulationRun,
  { maxAttempts, around }: Pieces,
  { name, hashKeys, build }: Contestant,
): readonly string[] {
  const scenario = siteScenario(seed, length)
  const result = simulate(
    { ...scenario, maxAttempts, hashKeys: hashKeys === 'given' ? scenario.hashKeys : 0 },
    (endpoints, surroundings) => around(build(endpoints, surroundings), surroundings),
  )
  const figures = simulationFigures(result, scenario.joinsAtMs)
  return [
    name,
    percent(figures.slowShare),
    percent(figures.failingShare),
    percent(figures.joiningShare),
    milliseconds(figures.p50Ms),
    milliseconds(figures.p99Ms),
    milliseconds(figures.joiningP99Ms),
    percent(figures.errorRate),
  ]
}

const head = ['', 'slow', 'failing', 'joining', 'p50', 'p99', 'p99, joining', 'errors']

const legend = `*slow*, *failing*: their share of all attempts; *joining*: its share of the first ${joinWindowMs / 1000} s after it joined (10 would be an equal one); all in percent. *p50*, *p99*:
milliseconds from arrival to answer of the requests that were answered, *p99, joining* of those that arrived in these ${joinWindowMs / 1000} s. *errors*: percent of the requests that got no 200.
*bounded*: with bounded loads, factor 1.25.`

function percent(part: number): string {
  return (100 * part).toFixed(part < 0.01 ? 2 : 1)
}

function milliseconds(ms: number): string {
  return Number.isNaN(ms) ? '' : ms.toFixed(ms < 100 ? 1 : 0)
}
