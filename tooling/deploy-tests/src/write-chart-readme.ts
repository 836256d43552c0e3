/** Makes the table of values in the chart's README anew: `node tooling/deploy-tests/src/write-chart-readme.ts`. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { chartFolder } from './chart-renderer.ts'
import { withValuesTable } from './values-table.ts'

const readme = join(chartFolder, 'README.md')
writeFileSync(
  readme,
  withValuesTable(readFileSync(readme, 'utf8'), readFileSync(join(chartFolder, 'values.yaml'), 'utf8')),
)
