import { describe, expect, it } from 'vitest'
import { readRepositoryFile, repositoryFiles } from './repository-files.ts'

/** Hard limit; the aim is 150. A longer file holds two ideas. */
const maxLines = 300

/** Names that say nothing about what is inside, so anything ends up there. */
const vagueNames: ReadonlySet<string> = new Set([
  'utils',
  'util',
  'common',
  'shared',
  'core',
  'helpers',
  'helper',
  'misc',
  'lib',
])

const files = repositoryFiles()

describe('files', () => {
  it(`have at most ${maxLines} lines of TypeScript, tests included`, () => {
    const tooLong = files
      .filter(file => /\.tsx?$/u.test(file))
      .map(file => ({ file, lines: readRepositoryFile(file).split('\n').length - 1 }))
      .filter(({ lines }) => lines > maxLines)
      .map(({ file, lines }) => `${file}: ${lines} lines; split it by concern`)
    expect(tooLong).toEqual([])
  })

  it('and folders are named after what they hold', () => {
    const vague = files
      .filter(file => file.split('/').some(part => vagueNames.has(part.replace(/(?:\.test)?\.[^.]+$/u, ''))))
      .map(file => `${file}: name it after its main export or its subject`)
    expect(vague).toEqual([])
  })

  it('are named in kebab-case', () => {
    const others = files
      .filter(file => /\.tsx?$/u.test(file))
      .filter(
        file =>
          !/^[a-z0-9]+(?:-[a-z0-9]+)*(?:\.(?:property|config))?(?:\.(?:test|test-d|bench))?\.tsx?$/u.test(
            file.split('/').at(-1) ?? '',
          ),
      )
    expect(others).toEqual([])
  })
})
