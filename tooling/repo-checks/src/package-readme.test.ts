import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readRepositoryFile, repositoryRoot } from './repository-files.ts'
import { workspacePackages } from './workspace-package.ts'

const libraries = workspacePackages().filter(({ area }) => area === 'packages')

describe.each(libraries)('README of $path', ({ path, manifest }) => {
  const file = `${path}/README.md`
  const readme = existsSync(join(repositoryRoot, file)) ? readRepositoryFile(file) : ''

  it('says how to install the package', () => {
    expect(readme, `${file} is missing or lacks "npm install ${manifest.name}"`).toMatch(
      new RegExp(String.raw`(?:npm (?:install|i)|pnpm add) ${manifest.name}\b`, 'u'),
    )
  })

  it('gives a reason for each dependency that is installed with it', () => {
    const unexplained = Object.keys(manifest.dependencies ?? {}).filter(name => !readme.includes(name))
    expect(unexplained, `${file} must say why each is needed, and its licence`).toEqual([])
  })
})
