import { accessSync, constants } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { readRepositoryFile, repositoryRoot } from './repository-files.ts'

it('.ci/run runs the test command of README.md, and then the checks', () => {
  const script = readRepositoryFile('.ci/run')
  const readme = readRepositoryFile('README.md')
  const testCommand = /npx -y pnpm@\S+ test/u.exec(readme)?.[0] ?? 'no test command in README.md'
  const checkCommand = testCommand.replace(/test$/u, 'check')
  expect(script).toContain(testCommand)
  expect(script).toContain(checkCommand)
  expect(script.indexOf(testCommand)).toBeLessThan(script.indexOf(checkCommand))
})

it('.ci/run can be executed and stops at what it did not expect', () => {
  expect(() => accessSync(join(repositoryRoot, '.ci/run'), constants.X_OK)).not.toThrow()
  expect(readRepositoryFile('.ci/run')).toMatch(/^#!\/usr\/bin\/env bash\n[\s\S]*^set -euo pipefail$/mu)
})

it('the pnpm version of the README is the one that package.json pins', () => {
  const { packageManager } = JSON.parse(readRepositoryFile('package.json')) as { readonly packageManager: string }
  expect(readRepositoryFile('README.md')).toContain(`npx -y ${packageManager} test`)
})
