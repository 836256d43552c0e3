/**
 * Keeps `packages/<name>/api/<name>.api.md` in step with the public API.
 *
 *   main.ts check   fails when a report differs from the built package, or something public lacks a doc comment
 *   main.ts fix     writes the reports; undocumented exports still fail
 *
 * Packages named after the command limit the run to them. Reads `dist`: build first.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { firstDifference } from './first-difference.ts'
import { packageApi } from './package-api.ts'

const packagesFolder = join(import.meta.dirname, '../../../packages')

const main = (): void => {
  const [mode, ...only] = process.argv.slice(2)
  if (mode !== 'check' && mode !== 'fix') throw new Error('usage: main.ts check|fix [package…]')
  const names = readdirSync(packagesFolder).filter(name => existsSync(join(packagesFolder, name, 'package.json')))
  const problems = names
    .filter(name => only.length === 0 || only.includes(name))
    .flatMap(name => problemsOf(name, mode))
  for (const problem of problems) console.error(problem)
  if (problems.length > 0) process.exitCode = 1
}

const problemsOf = (name: string, mode: 'check' | 'fix'): readonly string[] => {
  const folder = join(packagesFolder, name)
  if (!existsSync(join(folder, 'dist/index.d.ts'))) return [`packages/${name}: not built; run pnpm build first`]
  const { report, problems } = packageApi(folder, name)
  const file = join(folder, `api/${name}.api.md`)
  const committed = existsSync(file) ? readFileSync(file, 'utf8') : ''
  const stale = mode === 'check' ? firstDifference(committed, report) : ''
  if (mode === 'fix' && committed !== report) {
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, report)
  }
  return [
    ...problems.map(problem => `packages/${name}/${problem}`),
    ...(stale === ''
      ? []
      : [
          `packages/${name}/api/${name}.api.md is not what the package exports; if the change is meant: pnpm api:fix\n${stale}`,
        ]),
  ]
}

main()
