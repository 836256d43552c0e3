import { expect, it } from 'vitest'
import { parse } from 'yaml'
import { readRepositoryFile, repositoryFiles } from './repository-files.ts'
import { workspacePackages } from './workspace-package.ts'

const changesets = repositoryFiles().filter(file => /^\.changeset\/(?!README)[^/]+\.md$/u.test(file))
const published = new Set(
  workspacePackages().flatMap(({ manifest }) => (manifest.private === true ? [] : (manifest.name ?? []))),
)

it('changesets name published packages, a bump, and what users will see', () => {
  const faults = changesets.flatMap(file => {
    const [, front = '', summary = ''] = readRepositoryFile(file).split(/^---$/mu)
    const bumps = Object.entries((parse(front) ?? {}) as Record<string, string>)
    return [
      ...bumps
        .filter(([name]) => !published.has(name))
        .map(([name]) => `${file}: "${name}" is not a published package`),
      ...bumps
        .filter(([, bump]) => !['major', 'minor', 'patch'].includes(bump))
        .map(([, bump]) => `${file}: "${bump}" is no bump`),
      ...(/^#{1,3} /mu.test(summary) ? [`${file}: headings above #### break the changelog`] : []),
      ...(summary.trim().length < 20 ? [`${file}: say what changes for users and why`] : []),
    ]
  })
  expect(faults).toEqual([])
})

it('a package without a changelog has a changeset for its first release', () => {
  const text = changesets.map(readRepositoryFile).join('\n')
  const released = new Set(
    repositoryFiles().flatMap(file => /^packages\/[^/]+(?=\/CHANGELOG\.md$)/u.exec(file)?.[0] ?? []),
  )
  const unannounced = workspacePackages()
    .filter(
      ({ area, path, manifest }) => area === 'packages' && !released.has(path) && !text.includes(`"${manifest.name}":`),
    )
    .map(({ path }) => path)
  expect(unannounced).toEqual([])
})
