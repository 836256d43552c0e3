import { expect, it } from 'vitest'
import { readRepositoryFile, repositoryFiles } from './repository-files.ts'

// Folders of somebody's machine. Written in pieces, so that this file does not report itself.
const machinePath = new RegExp(
  String.raw`(?<![\w.@~-])/(?:${['work', 'home', 'Users', 'root'].join('|')})/[\w.-]+/`,
  'u',
)
const text = /\.(?:[cm]?[jt]sx?|json|ya?ml|md|sh|txt|conf|cfg|toml|pem)$|(?:^|\/)(?:run|Dockerfile)$/u

it('no file names a path of the machine it was written on', () => {
  const found = repositoryFiles()
    .filter(file => text.test(file))
    .flatMap(file =>
      readRepositoryFile(file)
        .split('\n')
        .flatMap((line, index) => {
          const path = machinePath.exec(line)?.[0]
          return path === undefined ? [] : [`${file}:${index + 1}: ${path}…; use a path relative to the repository`]
        }),
    )
  expect(found).toEqual([])
})

it('the pattern sees machine paths and leaves addresses and web paths alone', () => {
  expect(
    [['cd ', 'work', 'main', 'x'].join('/'), ['file://', 'home', 'ann', 'x'].join('/')].every(line =>
      machinePath.test(line),
    ),
  ).toBe(true)
  expect(['https://example.com/home/a/b', 'a/work/b/', '/workspace/x/'].some(line => machinePath.test(line))).toBe(
    false,
  )
})
