import { expect, it } from 'vitest'
import { readRepositoryFile } from './repository-files.ts'
import { workspacePackages } from './workspace-package.ts'

/** Lines of an index that are something else than comments and `export { … } from './file.ts'`. */
const foreignCode = (source: string): string =>
  source
    .replaceAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gmu, '')
    .replaceAll(/^export (?:type )?\{[^}]*\} from '\.\/[^']+\.ts'$/gmu, '')
    .trim()

const libraries = workspacePackages().filter(({ area }) => area === 'packages')

it.each(libraries)('$path/src/index.ts is a list of named re-exports and nothing else', ({ path }) => {
  expect(foreignCode(readRepositoryFile(`${path}/src/index.ts`))).toBe('')
})

it('sees what is not a named re-export', () => {
  expect(foreignCode("export type {\n  A,\n  B,\n} from './a.ts'\n// why\nexport { c } from './c.ts'\n")).toBe('')
  expect(foreignCode("export * from './a.ts'\n")).not.toBe('')
  expect(foreignCode('export const answer = 42\n')).not.toBe('')
})
