import { existsSync, readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ChartRenderer, chartRenderer, rendererMissing } from './chart-renderer.ts'
import { repositoryPath } from './repository-folder.ts'
import { optionValues, setValues, shellCommands } from './shell-commands.ts'

const guides = ['install', 'run-on-a-cluster']
const commands = guides.flatMap(name => shellCommands(readFileSync(repositoryPath(`docs/guides/${name}.md`), 'utf8')))
const helmCommands = commands
  .filter(([program, verb]) => program === 'helm' && (verb === 'install' || verb === 'upgrade'))
  .map(words => ({ line: words.join(' '), words }))

describe('the commands of the guides', () => {
  it('name files and folders that are there', () => {
    const paths = commands.flatMap(words => optionValues(words, '-k', '-f', '--values', '--file'))
    expect(paths.length).toBeGreaterThan(8)
    expect(paths.filter(path => !existsSync(repositoryPath(path)))).toEqual([])
  })

  it('install the chart of this repository', () => {
    expect(helmCommands.length).toBeGreaterThan(5)
    expect(new Set(helmCommands.map(({ words }) => words[3]))).toEqual(new Set(['deploy/helm/ingresskit']))
  })
})

const suite = `the helm commands of the guides${rendererMissing ? ` (${rendererMissing})` : ''}`
describe.skipIf(rendererMissing !== undefined)(suite, () => {
  let renderer: ChartRenderer
  beforeAll(() => {
    renderer = chartRenderer()
  })
  afterAll(() => renderer.close())

  it.each(helmCommands)('give values that the chart takes: $line', ({ words }) => {
    const [, , release = ''] = words
    const { objects } = renderer.render({
      release,
      namespace: optionValues(words, '--namespace')[0] ?? 'default',
      valuesFiles: optionValues(words, '--values').map(path => basename(path, '.yaml')),
      values: setValues(optionValues(words, '--set')),
    })
    expect(objects.length).toBeGreaterThan(6)
  })
})

describe('shellCommands and setValues', () => {
  it('understand what the guides write', () => {
    const [words = []] = shellCommands(
      "text\n```sh\nhelm install a \\\n  --set 'b.c={d,e}' --set b.f=true --set g=x=y\n```\n",
    )
    expect(words).toEqual(['helm', 'install', 'a', '--set', 'b.c={d,e}', '--set', 'b.f=true', '--set', 'g=x=y'])
    expect(setValues(optionValues(words, '--set'))).toEqual({ b: { c: ['d', 'e'], f: true }, g: 'x=y' })
  })
})
