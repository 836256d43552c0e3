/**
 * Checks what npm users would get: packs every published package and looks at the tarballs.
 *
 * publint (strict), attw (ESM only), and one consumer that imports them all, compiled with `skipLibCheck: false`.
 * Reads `dist`: build first. Works in a temporary folder, which is removed.
 */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { consumerProblems } from './packed-consumer.ts'
import { runTool } from './run-tool.ts'
import { workspacePackages } from './workspace-package.ts'

const main = async (): Promise<void> => {
  const folder = mkdtempSync(join(tmpdir(), 'ingresskit-pack-'))
  try {
    const problems = await packProblems(folder)
    for (const problem of problems) console.error(problem)
    if (problems.length > 0) process.exitCode = 1
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const packProblems = async (folder: string): Promise<readonly string[]> => {
  const published = workspacePackages().filter(({ area, manifest }) => area === 'packages' && manifest.private !== true)
  const packed = await runTool('pnpm', [
    '-r',
    ...published.flatMap(({ path }) => ['--filter', `./${path}`]),
    'pack',
    '--pack-destination',
    folder,
  ])
  if (packed.status !== 0) return [`pnpm pack failed:\n${packed.output}`]
  const tarballs = readdirSync(folder).filter(name => name.endsWith('.tgz'))
  if (tarballs.length !== published.length) return [`${tarballs.length} tarballs for ${published.length} packages`]
  const problems: string[] = []
  for (const tarball of tarballs) problems.push(...(await tarballProblems(join(folder, tarball))))
  return [...problems, ...(await consumerProblems({ folder, tarballs, packages: published }))]
}

const tarballProblems = async (tarball: string): Promise<readonly string[]> => {
  const [publint, attw] = await Promise.all([
    runTool('publint', ['run', tarball, '--strict']),
    runTool('attw', [tarball, '--profile', 'esm-only', '--format', 'ascii', '--no-emoji', '--no-color']),
  ])
  return [
    ...(publint.status === 0 ? [] : [`publint: ${tarball}\n${publint.output}`]),
    ...(attw.status === 0 ? [] : [`attw: ${tarball}\n${attw.output}`]),
    ...(await strayFiles(tarball)),
  ]
}

/** Files that have no business on npm; a wrong `files` entry shows here. */
const strayFiles = async (tarball: string): Promise<readonly string[]> => {
  const { output } = await runTool('tar', ['-tzf', tarball])
  return output
    .split('\n')
    .filter(file => /\.test\.ts$|tsbuildinfo$|\/(?:test|examples|node_modules)\//u.test(file))
    .map(file => `${tarball} holds ${file}; leave it out in "files"`)
}

await main()
