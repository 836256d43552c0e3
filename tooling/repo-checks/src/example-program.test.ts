import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { codeBlocks, exampleProgram } from './example-program.ts'
import { readRepositoryFile, repositoryFiles, repositoryRoot } from './repository-files.ts'

const examples = repositoryFiles().filter(file => /^packages\/[^/]+\/examples\/[^/]+\.ts$/u.test(file))
const run = promisify(execFile)

describe.each(examples)('%s', file => {
  const program = exampleProgram(readRepositoryFile(file))

  it('prints what its comment says', async ({ skip }) => {
    if (program.run.kind === 'not-run') skip('marked "not run"')
    expect(program.run.kind, 'end it with a comment "// prints: …", or mark it "// not run: <why>"').toBe('prints')
    const { stdout } = await run(process.execPath, ['--conditions=@ingresskit/source', join(repositoryRoot, file)], {
      timeout: 15_000,
    })
    expect(stdout.trim().replaceAll(/\n{2,}/gu, '\n')).toBe(program.run.kind === 'prints' ? program.run.output : '')
  })

  it("is in its package's README as it is", () => {
    const readme = readRepositoryFile(file.replace(/examples\/.*$/u, 'README.md'))
    const shown = codeBlocks(readme).map(block => exampleProgram(block).code)
    expect(shown).toContain(program.code)
  })
})

it('every library has an example', () => {
  const folders = new Set(
    repositoryFiles().flatMap(file => /^packages\/[^/]+(?=\/package\.json$)/u.exec(file)?.[0] ?? []),
  )
  expect([...folders].filter(folder => !examples.some(file => file.startsWith(`${folder}/`)))).toEqual([])
})

describe('exampleProgram()', () => {
  it('collects promised output from line ends and from the closing comment', () => {
    const { run: promise } = exampleProgram("say('a') // prints: a\nsay('b\\nc')\n// prints: b\n// c\n")
    expect(promise).toEqual({ kind: 'prints', output: 'a\nb\nc' })
  })

  it('takes the same code from a file with comments and from a README block without', () => {
    const inFile = exampleProgram("/** Shows it. */\nimport { a } from 'a'\n\na()\n\n// prints: 1\n").code
    const [block = ''] = codeBlocks("text\n\n```ts\nimport { a } from 'a'\n\na() // prints: 1\n```\n")
    expect(exampleProgram(block).code).toBe(inFile)
  })

  it('tells a program that is not to be run from one that lacks its comment', () => {
    expect(exampleProgram('// not run: needs a cluster\nstart()\n').run.kind).toBe('not-run')
    expect(exampleProgram('start()\n').run.kind).toBe('unmarked')
  })
})
