import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { defaultSeed } from '../program-options.ts'
import { sectionOf } from '../report/marked-section.ts'
import { contestants, pieces } from './contestants.ts'
import { simulationRow } from './simulation-tables.ts'
import { scenarioText, siteScenario } from './site-scenario.ts'

const page = readFileSync(new URL('../../../../packages/load-balancing/README.md', import.meta.url), 'utf8')
const command = 'node --conditions=@ingresskit/source apps/benchmarks/src/simulation.ts --write'

// The whole of it takes half a minute; one line of each table shows whether what the tables depend on has changed.
it(
  'gives the figures that the README of load-balancing shows, for one strategy of each table',
  { timeout: 60_000 },
  () => {
    const section = sectionOf(page, 'simulation')
    expect(section, `run ${command}`).toContain(scenarioText(siteScenario(defaultSeed, 'full')))
    for (const [index, piece] of pieces.entries()) {
      const contestant = contestants[(3 * index) % contestants.length]
      if (contestant === undefined) throw new Error('there are contestants')
      const line = `| ${simulationRow({ seed: defaultSeed, length: 'full' }, piece, contestant).join(' | ')} |`
      const table = section.split('**').at(2 * index + 2)
      expect(table, `${piece.title}: run ${command}`).toContain(line)
    }
  },
)

it('has a line for each strategy in each table of the README', () => {
  const section = sectionOf(page, 'simulation')
  for (const { title } of pieces) expect(section, `run ${command}`).toContain(`**${title}**`)
  for (const { name } of contestants) expect(section.split(`\n| ${name} |`)).toHaveLength(pieces.length + 1)
})
