import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { withMarkedSection } from './marked-section.ts'
import { readmeMap } from './readme-map.ts'
import { readRepositoryFile, repositoryRoot } from './repository-files.ts'
import { workspacePackages } from './workspace-package.ts'

it('the map in README.md lists every package with its description (mend with: pnpm readme:fix)', () => {
  expect(existsSync(join(repositoryRoot, 'README.md')), 'there is no README.md at the root').toBe(true)
  const readme = readRepositoryFile('README.md')
  expect(readme).toBe(withMarkedSection(readme, 'map', readmeMap(workspacePackages())))
})

it('a section is replaced between its markers and nowhere else', () => {
  const text = 'before\n<!-- map:start -->\nold\n<!-- map:end -->\nafter\n'
  expect(withMarkedSection(text, 'map', 'new')).toBe('before\n<!-- map:start -->\n\nnew\n\n<!-- map:end -->\nafter\n')
  expect(() => withMarkedSection('no markers', 'map', 'new')).toThrow('add both lines')
})

it('README.md starts with the two commands that a newcomer types', () => {
  const firstLines = readRepositoryFile('README.md').split('\n').slice(0, 30).join('\n')
  expect(firstLines).toContain('npx -y pnpm@10.34.9 demo')
  expect(firstLines).toContain('npx -y pnpm@10.34.9 test')
})
