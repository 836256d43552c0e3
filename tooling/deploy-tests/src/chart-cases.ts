/** The installations that the chart is tested with: the defaults, and each file of `deploy/helm/values`. */
import { readdirSync } from 'node:fs'
import type { ChartInput } from './chart-renderer.ts'
import { repositoryPath } from './repository-folder.ts'

/** One installation. */
export interface ChartCase {
  readonly name: string
  readonly input: ChartInput
}

/** All of them. */
export const chartCases: readonly ChartCase[] = [
  { name: 'the defaults', input: {} },
  { name: 'another release and namespace', input: { release: 'edge', namespace: 'network' } },
  { name: 'a webhook with its own certificate', input: { values: { webhook: { enabled: true, tlsSecret: 'tls' } } } },
  ...readdirSync(repositoryPath('deploy/helm/values'))
    .toSorted()
    .map(file => file.replace(/\.yaml$/, ''))
    .map(name => ({ name, input: { valuesFiles: [name] } })),
]
