/** ingresskit in a large and busy cluster; see `--help`. */

import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { makeRunFolder } from './measure/run-folder.ts'
import { withSection } from './report/marked-section.ts'
import { measureScale, type ScaleFigures } from './scale/measure-scale.ts'
import { profileReport } from './scale/profile-report.ts'
import { parseScaleOptions, scaleHelp, type ScaleOptions } from './scale/scale-options.ts'
import { scaleDoubts, scaleProblems, scaleTables } from './scale/scale-tables.ts'

const parsed = parseScaleOptions(process.argv.slice(2))
if (parsed.kind === 'help') process.stdout.write(scaleHelp)
else if (parsed.kind === 'wrong') {
  process.stderr.write(`${parsed.message}; see --help\n`)
  process.exitCode = 2
} else {
  try {
    process.exitCode = await run(parsed.options)
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
    process.exitCode = 1
  }
}

async function run(options: ScaleOptions): Promise<number> {
  const startedAt = performance.now()
  // A profile is for people, who look at it afterwards.
  const folder = options.profile === 'none' ? makeRunFolder() : mkdtempSync(join(tmpdir(), 'ingresskit-scale-'))
  const figures = await measureScale(options, folder, line => {
    process.stderr.write(`${((performance.now() - startedAt) / 1000).toFixed(0).padStart(4)} s  ${line}\n`)
  })
  const text = scaleTables(options, figures)
  process.stdout.write(`${text}\n`)
  const problems = scaleProblems(figures)
  for (const problem of [...problems, ...scaleDoubts(options, figures)]) process.stderr.write(`${problem}\n`)
  if (options.profile !== 'none') tellProfile(folder, figures)
  if (problems.length > 0) return 1
  if (options.goal === 'write') {
    const page = fileURLToPath(new URL('../../../docs/performance.md', import.meta.url))
    writeFileSync(page, withSection(readFileSync(page, 'utf8'), 'scale', text))
  }
  return 0
}

function tellProfile(folder: string, { readyAtMs, readyMs, phases }: ScaleFigures): void {
  const parts = [
    { name: 'start', fromMs: readyAtMs - readyMs, toMs: readyAtMs },
    ...phases.map(({ name, fromMs, toMs }) => ({ name, fromMs, toMs })),
  ]
  process.stdout.write(`\n${profileReport(folder, parts)}\n\nthe profile: ${folder}\n`)
}
