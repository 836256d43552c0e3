import { markdownTable } from '../report/markdown-table.ts'
import type { FaultFigures } from './run-scenario.ts'

/** The figures of a run as a table. */
export function faultsTable(all: readonly FaultFigures[]): string {
  const head = ['fault', 'requests', 'lost', 'converged after', 'API requests', 'longest gap']
  return markdownTable(
    head,
    all.map(figures => [
      titleOf(figures),
      count(figures.requests),
      lostOf(figures),
      `${count(figures.convergedMs)} ms`,
      count(figures.apiRequests),
      `${count(figures.longestGapMs)} ms`,
    ]),
  )
}

function titleOf({ title, note, lostOnKilled }: FaultFigures): string {
  const onKilled =
    lostOnKilled > 0 ? `${count(lostOnKilled)} requests broke on connections to the killed one` : undefined
  const notes = [note, onKilled].filter(each => each !== undefined)
  return notes.length === 0 ? title : `${title} (${notes.join('; ')})`
}

/** By method: what a client may repeat is less of a loss. */
function lostOf({ lost, losses }: FaultFigures): string {
  if (lost === 0) return '0'
  const methods = Map.groupBy(losses, ({ method }) => method)
  return [...methods].map(([method, those]) => `${count(those.length)} ${method}`).join(', ')
}

function count(value: number): string {
  return Math.round(value).toLocaleString('en-US')
}
