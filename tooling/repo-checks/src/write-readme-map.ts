/** Writes the map of folders into the root README.md: `pnpm readme:fix`. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { withMarkedSection } from './marked-section.ts'
import { readmeMap } from './readme-map.ts'
import { readRepositoryFile, repositoryRoot } from './repository-files.ts'
import { workspacePackages } from './workspace-package.ts'

writeFileSync(
  join(repositoryRoot, 'README.md'),
  withMarkedSection(readRepositoryFile('README.md'), 'map', readmeMap(workspacePackages())),
)
